package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  /** As tables of the documentation do, which are made of the same rows. */
  @ParameterizedTest
  @CsvSource({
    "0.5523, 55.2",
    "0.6515, 65.2",
    "0.6885, 68.9",
    "0.70975, 71.0",
    "1, 100.0",
    "NaN, NaN"
  })
  void percentAreRoundedHalfUpInDecimals(double fraction, String text) {
    assertThat(Numbers.percent(fraction)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.05, 0.1", "0.15, 0.2", "-0.25, -0.3", "0.0499, 0.0", "-0.0499, 0.0", "12, 12.0"})
  void pointsAreRoundedAsTheyWouldBeWithoutBinaryNoise(double points, String text) {
    assertThat(Numbers.points(points)).isEqualTo(text);
    assertThat(Numbers.points(100 * (0.5 + points / 100) - 50)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1.25, +1.3", "-0.45, \u22120.5", "0.04, 0.0", "-0.04, 0.0"})
  void signedPointsSayNothingOfNothing(double points, String text) {
    assertThat(Numbers.signed(points)).isEqualTo(text);
  }
}
