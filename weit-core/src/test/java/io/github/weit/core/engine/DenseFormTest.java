package io.github.weit.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenseFormTest {

  @TempDir private Path folder;

  @Test
  void bothFormsAreTheSameFunction() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      NDArray x = manager.arange(24f).reshape(2, 3, 4);
      NDArray weight = manager.arange(20f).reshape(5, 4);
      NDArray bias = manager.arange(5f);
      float[] expected = DenseForm.LINEAR.apply(x, weight, bias).toFloatArray();
      NDArray found = DenseForm.CONVOLUTION.apply(x, weight, bias);
      assertThat(found.getShape()).isEqualTo(new Shape(2, 3, 5));
      assertThat(found.toFloatArray()).containsExactly(expected, within(1e-3f));
    }
  }

  @Test
  void bothFormsLeaveNothingWithTheWeight() {
    try (NDManager weights = WeitEngine.newManager(Device.cpu())) {
      NDArray weight = weights.ones(new Shape(5, 4));
      NDArray bias = weights.ones(new Shape(5));
      for (DenseForm form : DenseForm.values()) {
        try (NDManager batch = WeitEngine.newManager(Device.cpu())) {
          NDArray y = form.apply(batch.ones(new Shape(2, 3, 4)), weight, bias);
          assertThat(y.getManager()).as("%s", form).isSameAs(batch);
        }
        assertThat(weights.getManagedArrays()).as("%s", form).hasSize(2);
      }
    }
  }

  @Test
  void theAnswerIsMeasuredOnceAndRemembered() throws IOException {
    Path file = folder.resolve("new").resolve("answers");
    DenseForm measured = DenseForm.rememberedOrMeasured(file);
    String text = Files.readString(file);
    assertThat(text).containsIgnoringCase("=" + measured);
    DenseForm other = measured == DenseForm.LINEAR ? DenseForm.CONVOLUTION : DenseForm.LINEAR;
    Files.writeString(
        file,
        text.replace(
            measured.name().toLowerCase(java.util.Locale.ROOT),
            other.name().toLowerCase(java.util.Locale.ROOT)));
    assertThat(DenseForm.rememberedOrMeasured(file)).isEqualTo(other);
  }

  @Test
  void anAnswerThatIsNoneIsMeasuredAgain() throws IOException {
    Path file = folder.resolve("answers");
    Files.writeString(file, "\\u00zz=broken");
    DenseForm measured = DenseForm.rememberedOrMeasured(file);
    assertThat(Files.readString(file)).containsIgnoringCase("=" + measured);
  }

  @Test
  void theSmallerMedianWins() {
    assertThat(DenseForm.faster(new long[][] {{9, 1, 2}, {3, 1, 3}})).isEqualTo(DenseForm.LINEAR);
    assertThat(DenseForm.faster(new long[][] {{1, 4, 5}, {9, 3, 3}}))
        .isEqualTo(DenseForm.CONVOLUTION);
  }

  @Test
  void aNameThatIsNoChoiceIsAnswered() {
    assertThat(DenseForm.decide("linear")).isEqualTo(DenseForm.LINEAR);
    assertThatThrownBy(() -> DenseForm.decide("matmul"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("convolution, linear or measure");
  }
}
