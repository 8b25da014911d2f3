package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import org.junit.jupiter.api.Test;

class TeachingOptionsTest {

  /** Runs that were begun when there was a weight alone go on. */
  @Test
  void aWeightAloneIsWrittenAsItEverWas() {
    assertThat(TeachingOptions.LABELS).hasToString("0.0");
    assertThat(TeachingOptions.TUNED.withBothViews(false)).hasToString("1.0");
    assertThat(new TeachingOptions(0, 4, true)).hasToString("0.0"); // there is no teacher to ask
    assertThat(TeachingOptions.TUNED).hasToString("1.0, both views");
    assertThat(TeachingOptions.TUNED.withTemperature(2))
        .hasToString("1.0, temperature 2.0, both views");
    assertThat(TeachingOptions.of(0.5).withTemperature(4)).hasToString("0.5, temperature 4.0");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> TeachingOptions.of(-0.1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("from 0 to 1, found -0.1");
    assertThatThrownBy(() -> TeachingOptions.TUNED.withTemperature(Double.NaN))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("must be positive, found NaN");
  }
}
