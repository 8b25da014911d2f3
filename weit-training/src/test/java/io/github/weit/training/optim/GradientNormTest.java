package io.github.weit.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientNormTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void longGradientsAreScaledToTheLimitWithTheirDirectionKept() {
    NDArray a = manager.create(new double[] {3, -4, 0, 0}, new Shape(2, 2));
    NDArray b = manager.create(new double[] {-12}, new Shape(1));
    NDArray c = manager.create(84.0); // a scalar: sqrt(9 + 16 + 144 + 7056) = 85
    double norm = GradientNorm.clip(List.of(a, b, c), 2);
    double by = 2 / (85 + 1e-6);
    assertThat(norm).isCloseTo(85, within(1e-12));
    assertThat(a.toDoubleArray())
        .containsExactly(new double[] {3 * by, -4 * by, 0, 0}, within(1e-15));
    assertThat(b.toDoubleArray()).containsExactly(new double[] {-12 * by}, within(1e-15));
    assertThat(c.toDoubleArray()).containsExactly(new double[] {84 * by}, within(1e-15));
  }

  @Test
  void shortGradientsAreLeftAlone() {
    NDArray a = manager.create(new float[] {3, -4});
    assertThat(GradientNorm.clip(List.of(a), 5.1)).isCloseTo(5, within(1e-6));
    assertThat(a.toFloatArray()).containsExactly(3, -4);
  }

  @Test
  void bothSidesOfAGradientAreClipped() {
    NDArray a = manager.create(new float[] {-5, 5});
    GradientNorm.clip(List.of(a), 1);
    float half = (float) Math.sqrt(0.5);
    assertThat(a.toFloatArray()).containsExactly(new float[] {-half, half}, within(1e-6f));
  }

  @Test
  void aNormThatIsNotFiniteIsReturnedAndNothingIsScaled() {
    NDArray a = manager.create(new float[] {1, Float.POSITIVE_INFINITY});
    NDArray b = manager.create(new float[] {7});
    assertThat(GradientNorm.clip(List.of(a, b), 1)).isEqualTo(Double.POSITIVE_INFINITY);
    NDArray c = manager.create(new float[] {Float.NaN});
    assertThat(GradientNorm.clip(List.of(c, b), 1)).isNaN();
    assertThat(b.toFloatArray()).containsExactly(7);
  }

  @Test
  void typesMayDifferAndNothingIsLeftBehind() {
    NDArray a = manager.create(new float[] {3});
    NDArray b = manager.create(new double[] {4});
    int before = manager.getManagedArrays().size();
    assertThat(GradientNorm.of(List.of(a, b))).isCloseTo(5, within(1e-12));
    assertThat(GradientNorm.of(List.of())).isZero();
    GradientNorm.clip(List.of(a, b), 0.1);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }
}
