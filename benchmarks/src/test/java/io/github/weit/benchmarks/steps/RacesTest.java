package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RacesTest {

  @ParameterizedTest
  @MethodSource("io.github.weit.benchmarks.steps.Races#names")
  void ofTheTableHaveArmsThatThereAre(String name) {
    assertThat(Races.of(name)).hasSizeGreaterThan(1);
  }

  @Test
  void thatAreNotInTheTableAreAnsweredWithIt() {
    assertThatThrownBy(() -> Races.of("marathon"))
        .isInstanceOf(WeitException.class)
        .hasMessageStartingWith("there is no race 'marathon'; there are [constrained-128x6, ");
  }

  @Test
  void refuseAnArmThatStandsTwice() {
    assertThatThrownBy(() -> Races.parse("weit:vit:64x1:f32,weit:vit:64x1:f32:64"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("an arm stands twice");
  }
}
