package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.weit.training.data.IdxFiles;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedFashionMnistTest {

  @Test
  void trainHolds1000ImagesOfEachClassAndIsTheSetTheReadmeNames() {
    ImageSet train = EmbeddedFashionMnist.train();
    assertThat(train.classCounts()).hasSize(10).containsOnly(1000);
    assertThat(train.sha256())
        .isEqualTo("de8cd8b9042758565b83b5b3d60665da0e7e324d0f30bc1d6e641fd86b71bfb5");
    // All of Fashion-MNIST has mean 0.286 and deviation 0.353.
    Normalisation normalisation = Normalisation.of(train);
    assertThat(normalisation.mean().get(0)).isCloseTo(0.286, within(0.005));
    assertThat(normalisation.deviation().get(0)).isCloseTo(0.353, within(0.005));
  }

  @Test
  void testHolds200ImagesOfEachClassAndIsTheSetTheReadmeNames() {
    ImageSet test = EmbeddedFashionMnist.test();
    assertThat(test.classCounts()).hasSize(10).containsOnly(200);
    assertThat(test.sha256())
        .isEqualTo("761be4fef1089f205af39613a087de849357eea7b29aab325b26dd557ceffd1e");
  }

  @Test
  void cuttingTakesTheFirstOfEachClassInOrder() {
    ImageSet all =
        ImageSet.of(
            "x",
            List.of("a", "b"),
            1,
            1,
            1,
            new int[] {0, 0, 0, 1, 0, 1, 1},
            new byte[] {0, 1, 2, 3, 4, 5, 6});
    ImageSet cut = CutFashionMnist.firstOfEachClass(all, 2);
    byte[] pixels = new byte[4];
    for (int i = 0; i < 4; i++) {
      cut.copyTo(i, pixels, i);
    }
    assertThat(pixels).containsExactly(0, 1, 3, 5);
  }

  @Test
  void cuttingAgainGivesTheSameBytes(@TempDir Path temp) throws IOException {
    ImageSet set = EmbeddedFashionMnist.test().head(50);
    for (String run : List.of("1", "2")) {
      IdxFiles.write(set, temp.resolve("images" + run), temp.resolve("labels" + run));
    }
    assertThat(Files.mismatch(temp.resolve("images1"), temp.resolve("images2"))).isEqualTo(-1);
    assertThat(Files.mismatch(temp.resolve("labels1"), temp.resolve("labels2"))).isEqualTo(-1);
    assertThatThrownBy(() -> CutFashionMnist.main(new String[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Expected:");
  }
}
