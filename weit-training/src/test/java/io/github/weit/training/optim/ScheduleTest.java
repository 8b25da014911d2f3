package io.github.weit.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.weit.training.optim.Schedule.WarmupCooldown;
import io.github.weit.training.optim.Schedule.WarmupCosine;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void theRateRisesToThePeakAndFallsTowardsTheFloor() {
    WarmupCosine schedule = new WarmupCosine(1.0, 3, 11, 0.2);
    double[] expected = new double[12];
    for (int s = 0; s < 3; s++) {
      expected[s] = (s + 1) / 4.0;
    }
    for (int s = 3; s < 12; s++) {
      expected[s] = 0.2 + 0.8 * (1 + Math.cos(Math.PI * (s - 3) / 8)) / 2;
    }
    for (int s = 0; s < 12; s++) {
      assertThat(schedule.rate(s)).as("step " + s).isCloseTo(expected[s], within(1e-15));
    }
  }

  @Test
  void theFirstTheLastAndLaterStepsAreAsDocumented() {
    WarmupCosine schedule = new WarmupCosine(1e-3, 4, 100, 1e-5);
    assertThat(schedule.rate(0)).isEqualTo(1e-3 / 5);
    assertThat(schedule.rate(4)).isEqualTo(1e-3);
    assertThat(schedule.rate(99))
        .isCloseTo(1e-5 + 99e-5 * (1 - Math.cos(Math.PI / 96)) / 2, within(1e-18));
    assertThat(schedule.rate(100)).isEqualTo(1e-5);
    assertThat(schedule.rate(Long.MAX_VALUE)).isEqualTo(1e-5);
    assertThat(new WarmupCosine(1e-3, 0, 10, 0).rate(0)).isEqualTo(1e-3);
    assertThat(new WarmupCosine(1e-3, 0, 10, 0).rate(9)).isPositive();
    assertThat(new WarmupCosine(1e-3, 0, 1, 0).rate(0)).isEqualTo(1e-3);
  }

  @Test
  void theRateStaysAtThePeakAndThenFallsInAStraightLine() {
    WarmupCooldown schedule = new WarmupCooldown(1.0, 2, 4, 10, 0.5);
    double[] expected = {1 / 3.0, 2 / 3.0, 1, 1, 1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5};
    for (int s = 0; s < expected.length; s++) {
      assertThat(schedule.rate(s)).as("step " + s).isCloseTo(expected[s], within(1e-15));
    }
    assertThat(new WarmupCooldown(1, 0, 0, 3, 0).rate(2)).isEqualTo(1);
    assertThat(new WarmupCooldown(1, 0, 3, 3, 0).rate(0)).isEqualTo(0.75);
    assertThat(new WarmupCooldown(1, 2, 1, 3, 0).rate(Long.MAX_VALUE)).isZero();
  }

  @Test
  void aConstantIsConstant() {
    assertThat(Schedule.constant(0.5).rate(0)).isEqualTo(0.5);
    assertThat(Schedule.constant(0.5).rate(1_000_000)).isEqualTo(0.5);
  }

  @Test
  void valuesThatMakeNoScheduleAreRefused() {
    assertThatThrownBy(() -> new WarmupCosine(1, 10, 10, 0)).hasMessageContaining("10 warm-up");
    assertThatThrownBy(() -> new WarmupCosine(0.1, 0, 10, 0.2)).hasMessageContaining("floor 0.2");
    assertThatThrownBy(() -> new WarmupCosine(Double.NaN, 0, 10, 0)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new WarmupCooldown(1, 6, 5, 10, 0))
        .hasMessageContaining("6 warm-up steps and 5 of cooling down");
    assertThatThrownBy(() -> new WarmupCooldown(0.1, 0, 5, 10, 0.2))
        .hasMessageContaining("floor 0.2");
    assertThatThrownBy(() -> Schedule.constant(-1)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> Schedule.constant(1).rate(-1)).hasMessageContaining("-1");
  }
}
