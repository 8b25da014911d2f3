package io.github.weit.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmaTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray weight = manager.create(new double[] {1, -2, 3});
  private final NamedArrays leaves = NamedArrays.of(Map.of("w", weight));

  @AfterEach
  void close() {
    manager.close();
  }

  /** Moves the weights a little, differently at each step. */
  private void move(int t) {
    try (NDArray change = manager.create(new double[] {Math.sin(t), Math.cos(t), 1.0 / (1 + t)})) {
      weight.addi(change);
    }
  }

  @Test
  void theAverageFollowsItsFormula() {
    double[] expected = weight.toDoubleArray();
    try (Ema ema = new Ema(leaves, 0.9, manager)) {
      for (int t = 0; t < 100; t++) {
        move(t);
        ema.update(leaves);
        double d = Math.min(0.9, (1.0 + t) / (10.0 + t));
        double[] now = weight.toDoubleArray();
        for (int i = 0; i < 3; i++) {
          expected[i] = d * expected[i] + (1 - d) * now[i];
        }
        assertThat(ema.average().get("w").toDoubleArray()).containsExactly(expected, within(1e-12));
      }
    }
  }

  @Test
  void theDecayWarmsUpToItsLimit() {
    try (Ema ema = new Ema(leaves, 0.99, manager)) {
      assertThat(ema.decayAt(0)).isEqualTo(0.1);
      assertThat(ema.decayAt(8)).isEqualTo(0.5);
      assertThat(ema.decayAt(100_000)).isEqualTo(0.99);
    }
  }

  @Test
  void theLeavesAreNotTouchedAndNothingIsLeftBehind() {
    double[] before = weight.toDoubleArray();
    int arrays = manager.getManagedArrays().size();
    try (Ema ema = new Ema(leaves, 0.9, manager)) {
      int kept = manager.getManagedArrays().size();
      for (int t = 0; t < 20; t++) {
        ema.update(leaves);
      }
      assertThat(manager.getManagedArrays()).hasSize(kept);
    }
    assertThat(weight.toDoubleArray()).containsExactly(before);
    assertThat(manager.getManagedArrays()).hasSize(arrays);
  }

  @Test
  void aRestoredAverageGoesOnByteForByte() {
    try (Ema one = new Ema(leaves, 0.9, manager);
        Ema other = new Ema(leaves, 0.9, manager)) {
      for (int t = 0; t < 4; t++) {
        move(t);
        one.update(leaves);
      }
      other.restore(one.state(manager));
      move(4);
      one.update(leaves);
      other.update(leaves);
      assertThat(other.average().get("w").toDoubleArray())
          .containsExactly(one.average().get("w").toDoubleArray());
    }
  }

  @Test
  void aStateOfAnotherModelIsRefused() {
    NamedArrays bigger = NamedArrays.of(Map.of("w", manager.create(new double[4])));
    try (Ema one = new Ema(leaves, 0.9, manager);
        Ema other = new Ema(bigger, 0.9, manager)) {
      assertThatThrownBy(() -> one.restore(other.state(manager)))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("average.w");
    }
    assertThatThrownBy(() -> new Ema(leaves, 1, manager)).hasMessageContaining("1.0");
  }
}
