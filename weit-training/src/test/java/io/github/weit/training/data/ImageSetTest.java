package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageSetTest {

  @Test
  void subsetKeepsTheSharesOfClassesAndIsAFunctionOfItsSeed() {
    int[] labels = IntStream.range(0, 100).map(i -> i < 50 ? 0 : i < 80 ? 1 : 2).toArray();
    byte[] pixels = new byte[100];
    for (int i = 0; i < 100; i++) {
      pixels[i] = (byte) i;
    }
    ImageSet set = ImageSet.of("s", List.of("a", "b", "c"), 1, 1, 1, labels, pixels);

    ImageSet subset = set.subset(10, new Seed(1));

    assertThat(subset.classCounts()).containsExactly(5, 3, 2);
    assertThat(subset.sha256()).isEqualTo(set.subset(10, new Seed(1)).sha256());
    assertThat(subset.sha256()).isNotEqualTo(set.subset(10, new Seed(2)).sha256());
    assertThat(subset.id()).isEqualTo("s[10 of 100, seed 1]");
    for (int i = 0; i < 10; i++) {
      assertThat(subset.label(i)).isEqualTo(labels[TestImages.image(subset, i)[0]]);
    }
    assertThat(set.subset(100, new Seed(3)).sha256()).isEqualTo(set.sha256());
    assertThat(set.subset(11, new Seed(1)).classCounts()).containsExactly(6, 3, 2);
    assertThat(set.subset(1, new Seed(1)).size()).isEqualTo(1);
  }

  @Test
  void hashCoversShapeClassesLabelsAndPixelsButNotTheId() {
    ImageSet set = ImageSet.of("a", List.of("x", "y"), 1, 2, 1, new int[] {0, 1}, new byte[4]);
    assertThat(hash("b", List.of("x", "y"), 2, 1, new int[] {0, 1}, new byte[4]))
        .isEqualTo(set.sha256());
    assertThat(hash("a", List.of("x", "z"), 2, 1, new int[] {0, 1}, new byte[4]))
        .isNotEqualTo(set.sha256());
    assertThat(hash("a", List.of("x", "y"), 1, 2, new int[] {0, 1}, new byte[4]))
        .isNotEqualTo(set.sha256());
    assertThat(hash("a", List.of("x", "y"), 2, 1, new int[] {1, 1}, new byte[4]))
        .isNotEqualTo(set.sha256());
    assertThat(hash("a", List.of("x", "y"), 2, 1, new int[] {0, 1}, new byte[] {0, 0, 0, 1}))
        .isNotEqualTo(set.sha256());
  }

  private static String hash(
      String id, List<String> classes, int height, int width, int[] labels, byte[] pixels) {
    return ImageSet.of(id, classes, 1, height, width, labels, pixels).sha256();
  }

  @Test
  void headAndSelectKeepImagesWithTheirLabels() {
    ImageSet set = TestImages.random(10, 3, 3, 2, 2);
    ImageSet head = set.head(4);
    assertThat(head.size()).isEqualTo(4);
    assertThat(TestImages.image(head, 3)).isEqualTo(TestImages.image(set, 3));
    ImageSet chosen = set.select("chosen", 7, 2);
    assertThat(chosen.label(0)).isEqualTo(set.label(7));
    assertThat(TestImages.image(chosen, 1)).isEqualTo(TestImages.image(set, 2));
  }

  /** All images but the last are the same array: 2.2 GB of pixels that take 2 MB. */
  @Test
  void aSetIsLargerThanOneArray() {
    byte[][] images = new byte[2_200][];
    Arrays.fill(images, new byte[1_000_000]);
    images[2_199] = new byte[1_000_000];
    images[2_199][999_999] = 7;

    ImageSet set = ImageSet.of("s", List.of("a"), 1, 1000, 1000, new int[images.length], images);

    assertThat(TestImages.image(set, 2_199)).isEqualTo(images[2_199]);
    assertThat(set.histogram()[0][0]).isEqualTo(2_199_999_999L);
    assertThat(set.select("last", 2_199).histogram()[0][7]).isEqualTo(1);
  }

  @Test
  void wrongSizesAreRefusedWithExpectedAndFound() {
    List<String> ab = List.of("a", "b");
    assertThatThrownBy(() -> ImageSet.of("s", ab, 1, 2, 2, new int[] {0}, new byte[5]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("need 4 bytes of pixels, found 5");
    assertThatThrownBy(() -> ImageSet.of("s", ab, 1, 1, 1, new int[] {2}, new byte[1]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("label 2, expected 0 to 1");
    assertThatThrownBy(() -> ImageSet.of("s", ab, 2, 1, 1, new int[] {0}, new byte[2]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("1 (grey) or 3 (colour)");
    assertThatThrownBy(() -> ImageSet.of("s", ab, 3, 40_000, 40_000, new int[] {0}, new byte[1]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("2 GiB");
    assertThatThrownBy(() -> ImageSet.of("s", ab, 3, 1000, 1000, new int[1000], new byte[1]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("need 3000000000 bytes of pixels, found 1");
    byte[][] uneven = {{1, 2}, {3}};
    assertThatThrownBy(() -> ImageSet.of("s", ab, 1, 1, 2, new int[2], uneven))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("1x1x2 needs 2 bytes, found 1 in image 1");
    assertThatThrownBy(() -> ImageSet.of("s", ab, 1, 1, 2, new int[3], uneven))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("as many images as labels, found 2 and 3");
    List<String> lines = List.of("a", "b\nc");
    assertThatThrownBy(() -> ImageSet.of("s", lines, 1, 1, 1, new int[1], new byte[1]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("of one line and not blank, found \"b\\nc\"");
    assertThatThrownBy(() -> ImageSet.of("s", List.of("a", " "), 1, 1, 1, new int[1], new byte[1]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("not blank, found \" \"");
    assertThatThrownBy(() -> TestImages.random(4, 2, 1, 1, 1).head(5))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("expected 1 to 4");
  }

  @Test
  void histogramCountsEveryPixelOfAChannel() {
    ImageSet set = TestImages.random(5, 2, 3, 4, 3);
    long[][] histogram = set.histogram();
    long[][] expected = new long[3][256];
    for (int i = 0; i < 5; i++) {
      byte[] image = TestImages.image(set, i);
      for (int p = 0; p < image.length; p++) {
        expected[p / 12][image[p] & 0xFF]++;
      }
    }
    assertThat(Arrays.deepEquals(histogram, expected)).isTrue();
  }
}
