package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against loops, along the first, a middle and the last axis. */
class AxisMapTest {

  private static final int[] SHAPE = {2, 3, 4};
  private static final int NEW = 5;

  /** No two entries alike, so that a wrong order shows. */
  private static double entry(int index) {
    return Math.sin(1 + 7.0 * index);
  }

  private static double[] entries(int count) {
    double[] entries = new double[count];
    for (int i = 0; i < count; i++) {
      entries[i] = entry(i);
    }
    return entries;
  }

  private static double[][] rows(int old) {
    double[][] rows = new double[NEW][old];
    for (int j = 0; j < NEW; j++) {
      for (int i = 0; i < old; i++) {
        rows[j][i] = entry(100 + j * old + i);
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void isTheSumOverOldSlicesAndSoIsItsGradient(int axis) {
    double[] x = entries(24);
    double[][] map = rows(SHAPE[axis]);
    long[] shape = {2, 3, 4};
    shape[axis] = NEW;
    int count = 24 / SHAPE[axis] * NEW;
    double[] expected = new double[count];
    double[] gradient = new double[24];
    for (int a = 0; a < shape[0]; a++) {
      for (int b = 0; b < shape[1]; b++) {
        for (int c = 0; c < shape[2]; c++) {
          int to = (int) ((a * shape[1] + b) * shape[2] + c);
          int j = new int[] {a, b, c}[axis];
          for (int i = 0; i < SHAPE[axis]; i++) {
            int[] at = {a, b, c};
            at[axis] = i;
            int from = (at[0] * SHAPE[1] + at[1]) * SHAPE[2] + at[2];
            expected[to] += map[j][i] * x[from];
            gradient[from] += map[j][i] * entry(200 + to); // the loss weighs entry to by it
          }
        }
      }
    }
    try (NDManager manager = TestDevice.newManager()) {
      NDArray array = manager.create(x, new Shape(2, 3, 4));
      array.setRequiresGradient(true);
      double[] weights = new double[count];
      for (int i = 0; i < count; i++) {
        weights[i] = entry(200 + i);
      }
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray found = AxisMap.apply(AxisMap.of(map, array), array, axis);
        assertThat(found.getShape()).isEqualTo(new Shape(shape));
        assertThat(found.toDoubleArray()).containsExactly(expected, within(1e-12));
        collector.backward(found.mul(manager.create(weights, new Shape(shape))).sum());
      }
      assertThat(array.getGradient().toDoubleArray()).containsExactly(gradient, within(1e-12));
    }
  }
}
