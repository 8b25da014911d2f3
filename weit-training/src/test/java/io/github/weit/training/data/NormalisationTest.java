package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NormalisationTest {

  @Test
  void meanAndDeviationEqualANaiveLoop() {
    ImageSet set = TestImages.random(7, 2, 3, 5, 4);
    Normalisation normalisation = Normalisation.of(set);
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 7; i++) {
        for (int p = 0; p < 20; p++) {
          double value = (TestImages.image(set, i)[c * 20 + p] & 0xFF) / 255.0;
          sum += value;
          squares += value * value;
        }
      }
      double mean = sum / 140;
      assertThat(normalisation.mean().get(c)).isCloseTo(mean, within(1e-12));
      assertThat(normalisation.deviation().get(c))
          .isCloseTo(Math.sqrt(squares / 140 - mean * mean), within(1e-12));
    }
  }

  @Test
  void bytesAndFloatsAreNormalisedAlike() {
    Normalisation n = new Normalisation(List.of(0.5, 0.25), List.of(0.2, 0.3));
    try (NDManager manager = NDManager.newBaseManager()) {
      byte[] bytes = {0, 1, 127, -1, -128, 64, 3, 9};
      NDArray images =
          manager.create(java.nio.ByteBuffer.wrap(bytes), new Shape(1, 2, 2, 2), DataType.UINT8);
      float[] fromBytes = n.apply(images).toFloatArray();
      float[] fromFloats = n.apply(images.toType(DataType.FLOAT32, false)).toFloatArray();
      assertThat(fromBytes).isEqualTo(fromFloats);
      for (int i = 0; i < 8; i++) {
        assertThat((double) fromBytes[i])
            .isCloseTo(TestImages.normal(bytes[i] & 0xFF, n, i / 4), within(1e-6));
      }
      assertThatThrownBy(() -> n.apply(manager.zeros(new Shape(1, 3, 2, 2))))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("expected images (batch, 2, height, width)");
    }
  }

  @Test
  void textIsReadBackExactly() {
    Normalisation n = Normalisation.of(TestImages.random(3, 1, 3, 3, 3));
    assertThat(read(n.toText())).isEqualTo(n);
    for (String bad :
        List.of(
            "",
            "mean=1",
            "mean=a;deviation=1",
            "mean=1;deviation=1,2",
            "mean=1;deviation=0",
            "mean=1;deviation=NaN",
            "mean=1;deviation=-1")) {
      assertThatThrownBy(() -> read(bad)).isInstanceOf(WeitException.class);
    }
  }

  private static Normalisation read(String text) {
    return DataFacts.normalisation(
        Map.of(ImageFacts.CLASSES, "a\nb", ImageFacts.NORMALISATION, text));
  }

  @Test
  void constantChannelsBecomeZeroNotInfinite() {
    ImageSet black = ImageSet.of("b", List.of("x"), 1, 1, 2, new int[] {0}, new byte[2]);
    assertThat(Normalisation.of(black).deviation()).containsExactly(1.0);
  }
}
