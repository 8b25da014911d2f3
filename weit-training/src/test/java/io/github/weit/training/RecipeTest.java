package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.training.optim.Schedule;
import io.github.weit.training.optim.Schedule.WarmupCooldown;
import io.github.weit.training.optim.Schedule.WarmupCosine;
import org.junit.jupiter.api.Test;

class RecipeTest {
  private static final Recipe RECIPE = Recipe.of(200, 8).withLearningRate(0.5);

  @Test
  void rateFallsInACosineIfNothingElseIsSaid() {
    assertThat(schedule(RECIPE)).isEqualTo(new WarmupCosine(0.5, 20, 200, 0.005));
  }

  @Test
  void rateStaysAtThePeakUntilItCoolsDown() {
    assertThat(schedule(RECIPE.withCooldown(0.4)))
        .isEqualTo(new WarmupCooldown(0.5, 20, 80, 200, 0.005));
    assertThat(schedule(RECIPE.withCooldown(0.9).withSteps(1)))
        .isEqualTo(new WarmupCooldown(0.5, 0, 1, 1, 0.005));
  }

  @Test
  void refusesACoolDownThatLeavesNoRoomForTheWarmUp() {
    assertThatThrownBy(() -> RECIPE.withCooldown(0.95))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("what a warm-up of 0.1 leaves, found 0.95");
    assertThatThrownBy(() -> RECIPE.withCooldown(-0.1)).hasMessageContaining("found -0.1");
    assertThatThrownBy(() -> RECIPE.withCooldown(Double.NaN)).hasMessageContaining("found NaN");
  }

  private static Schedule schedule(Recipe recipe) {
    return recipe.loop(new Seed(0)).schedule();
  }
}
