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
}
