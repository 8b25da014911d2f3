package io.github.weit.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.training.StepReport;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

  @Test
  void aLineSaysWhereTheRunStandsInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      Duration left = Duration.ofSeconds(387);
      assertThat(Progress.line(new StepReport(120, 2500, 2.30131, 9.8e-4, 1.214, 6.15, left)))
          .isEqualTo(
              " 120/2500   4.8%  loss 2.3013  rate 9.80e-04  norm 1.21  6.15 steps/s  6m 27s left");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "41600, 42s",
    "59700, 1m 00s",
    "3599000, 59m 59s",
    "11100000, 3h 05m",
    "187200000, 2d 04h"
  })
  void timesHaveTwoUnits(long millis, String text) {
    assertThat(Progress.time(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.0321, 0.032", "2.5, 2.50", "25.04, 25.0", "1234.5, 1235"})
  void speedsHaveTheDigitsThatMatter(double speed, String text) {
    StepReport report = new StepReport(1, 2, 1, 1, 1, speed, Duration.ZERO);
    assertThat(Progress.line(report)).contains("  " + text + " steps/s");
  }
}
