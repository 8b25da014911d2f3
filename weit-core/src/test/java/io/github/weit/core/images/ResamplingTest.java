package io.github.weit.core.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResamplingTest {

  private static byte[] bytes(int... values) {
    byte[] out = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = (byte) values[i];
    }
    return out;
  }

  @Test
  void growingInterpolatesBetweenPixelCentresAndClampsAtTheEdges() {
    // Centres of the new pixels lie at 0.25, 0.75, 1.25, 1.75 of the old grid.
    assertThat(Resampling.bilinear(bytes(0, 200), 1, 1, 2, 1, 4)).isEqualTo(bytes(0, 50, 150, 200));
    assertThat(Resampling.bilinear(bytes(0, 200), 1, 2, 1, 4, 1)).isEqualTo(bytes(0, 50, 150, 200));
  }

  @Test
  void shrinkingByTwoWeighsFourNeighboursByTheWidenedTriangle() {
    // Weights 1/8 3/8 3/8 1/8; at the edge the outer one is missing and the rest is rescaled.
    assertThat(Resampling.bilinear(bytes(10, 20, 30, 40), 1, 1, 4, 1, 2))
        .isEqualTo(bytes((int) Math.round((3 * 10 + 3 * 20 + 30) / 7.0), 33));
  }

  @Test
  void channelsAreKeptApartAndFlatImagesStayFlat() {
    byte[] flat = new byte[2 * 5 * 7];
    Arrays.fill(flat, 0, 35, (byte) 255);
    Arrays.fill(flat, 35, 70, (byte) 7);
    byte[] resized = Resampling.bilinear(flat, 2, 5, 7, 3, 11);
    for (int i = 0; i < 66; i++) {
      assertThat(resized[i] & 0xFF).isEqualTo(i < 33 ? 255 : 7);
    }
  }

  /** One pixel wide and as tall as a picture may be: 32 numbers for each row would not fit. */
  @Test
  void aVeryTallImageIsShortenedFirst() {
    byte[] tall = new byte[1 << 24];
    Arrays.fill(tall, 1 << 23, 1 << 24, (byte) 200);
    byte[] small = Resampling.bilinear(tall, 1, 1 << 24, 1, 4, 200);
    for (int i = 0; i < 800; i++) {
      assertThat(small[i] & 0xFF).isCloseTo(new int[] {0, 25, 175, 200}[i / 200], within(1));
    }
  }

  @Test
  void theSameSizeIsLeftAlone() {
    byte[] image = bytes(1, 2, 3, 4);
    assertThat(Resampling.bilinear(image, 1, 2, 2, 2, 2)).isSameAs(image);
  }

  @Test
  void whatIsTooLargeEitherWayIsRefused() {
    assertThatThrownBy(() -> Resampling.bilinear(new byte[0], 1, 8192, 8192, 8200, 8200))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("8192x8192", "8200x8200");
  }
}
