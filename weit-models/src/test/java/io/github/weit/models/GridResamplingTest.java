package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridResamplingTest {

  /** PyTorch 2.13, interpolate(mode="bicubic", antialias=True) of unit vectors in float64. */
  @Test
  void isWhatPyTorchComputes() {
    assertRows(
        GridResampling.side(4, 3),
        new double[][] {
          {0.7528604118993135, 0.30434782608695654, -0.057208237986270026, 0.0},
          {-0.035201149425287355, 0.5352011494252874, 0.5352011494252874, -0.035201149425287355},
          {0.0, -0.05720823798627024, 0.30434782608695676, 0.7528604118993134}
        });
    assertRows(
        GridResampling.side(2, 3),
        new double[][] {
          {1.0657894736842106, -0.0657894736842106},
          {0.5, 0.5},
          {-0.06578947368421044, 1.0657894736842104}
        });
    assertRows(
        GridResampling.side(5, 2),
        new double[][] {
          {
            0.3470951266226856,
            0.41562034475420295,
            0.2394126409874441,
            0.02915513939135988,
            -0.03128325175569259
          },
          {
            -0.03128325175569259,
            0.02915513939135988,
            0.2394126409874441,
            0.41562034475420295,
            0.3470951266226856
          }
        });
  }

  private static void assertRows(double[][] found, double[][] expected) {
    assertThat(found.length).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).containsExactly(expected[i], within(1e-15));
    }
  }

  @Test
  void keepsEverythingWhereNothingChanges() {
    double[][] rows = GridResampling.grid(1, 3, 3);
    for (int i = 0; i < rows.length; i++) {
      double[] unit = new double[10];
      unit[i] = 1;
      assertThat(rows[i]).containsExactly(unit, within(1e-15));
    }
  }

  /** Rows of places and of tokens before them do not mix; constants stay what they are. */
  @ParameterizedTest
  @CsvSource({"0, 4, 2", "1, 4, 7", "2, 8, 3", "1, 1, 3", "1, 3, 1"})
  void weightsAddUpToOne(int first, int old, int size) {
    double[][] rows = GridResampling.grid(first, old, size);
    assertThat(rows).hasDimensions(first + size * size, first + old * old);
    for (int i = 0; i < rows.length; i++) {
      double before = Arrays.stream(rows[i], 0, first).sum();
      double all = Arrays.stream(rows[i]).sum();
      assertThat(before).isEqualTo(i < first ? 1 : 0);
      assertThat(all).isCloseTo(1, within(1e-14));
      if (i < first) {
        assertThat(rows[i][i]).isEqualTo(1);
      }
    }
  }
}
