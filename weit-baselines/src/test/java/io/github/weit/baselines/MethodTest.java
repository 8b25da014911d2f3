package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MethodTest {

  @Test
  void namesStayWhatTheyAre() { // tables of old comparisons have them
    assertThat(Arrays.stream(Method.values()).map(Method::id))
        .containsExactly(
            "weit",
            "weit-unfitted",
            "scratch",
            "mimetic",
            "weight-selection",
            "weight-selection-fitted",
            "stacking",
            "random-templates",
            "scratch-fitted",
            "supernet",
            "supernet-fitted",
            "ligo",
            "tleg",
            "sws",
            "wave",
            "weit-taught",
            "supernet-taught");
  }

  @ParameterizedTest
  @EnumSource
  void everyMethodIsDescribed(Method method) {
    assertThat(Method.of(method.id())).isSameAs(method);
    assertThat(method.label()).isNotBlank().doesNotContain("-");
    assertThat(method.sentence()).endsWith(".").matches("[A-Z].*");
    assertThat(method.difference()).matches(method == Method.SCRATCH ? "" : "[A-Z].*\\.");
    method.source().ifPresent(number -> assertThat(number).matches("\\d{4}\\.\\d{5}"));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Method.of("magic"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("'magic'", "mimetic", "wave");
  }
}
