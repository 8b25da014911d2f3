package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScratchTest {

  static Stream<Arguments> families() {
    return Stream.of(
        Arguments.of(Tiny.VIT, new Size(8, 2), new Size(6, 2)),
        Arguments.of(Tiny.RES_NET, Size.parse("4x1-2"), Size.parse("4x1-2-3")));
  }

  @ParameterizedTest
  @MethodSource("families")
  void isTheFamilysUsualStart(Family family, Size size, Size illegal) {
    Scratch scratch = new Scratch(family);
    assertThat(scratch.name()).isEqualTo("scratch");
    assertThat(scratch.refusal(size)).isEmpty();
    try (NDManager manager = Tiny.manager();
        SizedModel found = scratch.initialise(size, manager, new Seed(3));
        SizedModel expected = SizedModel.random(family, size, manager, new Seed(3));
        SizedModel other = scratch.initialise(size, manager, new Seed(4))) {
      assertThat(Tiny.values(found))
          .usingRecursiveComparison()
          .isEqualTo(Tiny.values(expected))
          .isNotEqualTo(Tiny.values(other));
      assertThat(scratch.refusal(illegal)).isPresent();
      assertThatThrownBy(() -> scratch.initialise(illegal, manager, new Seed(3)))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("scratch has nothing for " + illegal + ": ", family.id());
    }
  }
}
