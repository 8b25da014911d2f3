package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class CopySharesTest {

  private static final int[] SOURCES = {0, 1, 2, 0, 1, 0};
  private static final Seed SEED = new Seed(40);

  /** Shares {@code (2, 6, 3)}: what becomes of ones. */
  private static double[] shares(double unevenness) {
    try (NDManager manager = TestDevice.newManager()) {
      NDArray ones = manager.ones(new Shape(2, 6, 3), DataType.FLOAT64);
      NDArray divided = CopyShares.divide(ones, 1, SOURCES, unevenness, SEED);
      assertThat(ones.sum().getDouble()).isEqualTo(36);
      return divided.toDoubleArray();
    }
  }

  @Test
  void copiesOfOneSourceAddUpToIt() {
    double unevenness = 0.5;
    double[] shares = shares(unevenness);
    for (int outer = 0; outer < 2; outer++) {
      for (int inner = 0; inner < 3; inner++) {
        for (int source = 0; source < 3; source++) {
          double sum = 0;
          double smallest = 1;
          double largest = 0;
          for (int j = 0; j < 6; j++) {
            if (SOURCES[j] == source) {
              double share = shares[(outer * 6 + j) * 3 + inner];
              sum += share;
              smallest = Math.min(smallest, share);
              largest = Math.max(largest, share);
            }
          }
          assertThat(sum).isCloseTo(1, within(1e-15));
          assertThat(smallest).isPositive();
          assertThat(largest / smallest).isLessThanOrEqualTo((1 + unevenness) / (1 - unevenness));
          assertThat(largest > smallest).isEqualTo(source != 2);
        }
      }
    }
    assertThat(shares(unevenness)).isEqualTo(shares);
  }

  /** One set for all would make one copy's gradient a multiple of the other's. */
  @Test
  void everyEntryDividesInItsOwnWay() {
    double[] shares = shares(0.5);
    double[] first = new double[6]; // of the first copy of source 0
    for (int entry = 0; entry < 6; entry++) {
      first[entry] = shares[entry / 3 * 18 + entry % 3];
    }
    assertThat(first).doesNotHaveDuplicates();
  }

  @Test
  void evenSharesAreOneOverTheNumberOfCopies() {
    double[] shares = shares(0);
    double[] expected = {1 / 3.0, 1 / 2.0, 1, 1 / 3.0, 1 / 2.0, 1 / 3.0};
    for (int i = 0; i < shares.length; i++) {
      assertThat(shares[i]).isCloseTo(expected[i / 3 % 6], within(1e-15));
    }
  }

  @Test
  void refusesAnUnevennessOutsideItsRange() {
    for (double value : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> shares(value))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("unevenness")
          .hasMessageContaining(Double.toString(value));
    }
  }
}
