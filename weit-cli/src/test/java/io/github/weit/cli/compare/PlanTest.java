package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {

  @Test
  void whatTrainsLongerHasTheRateOfTheSameTrainingUnlessItHasItsOwn() {
    assertThat(Plan.withLonger(Map.of("scratch", 0.1)))
        .isEqualTo(Map.of("scratch", 0.1, "scratch-long", 0.1));
    Map<String, Double> own = Map.of("scratch", 0.1, "scratch-long", 0.2);
    assertThat(Plan.withLonger(own)).isEqualTo(own);
    assertThat(Plan.withLonger(Map.of("weit", 0.1))).isEqualTo(Map.of("weit", 0.1));
  }
}
