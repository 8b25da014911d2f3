package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.optim.AdamWOptions;
import io.github.weit.training.optim.Schedule;
import io.github.weit.training.optim.Schedule.WarmupCooldown;
import io.github.weit.training.optim.Schedule.WarmupCosine;
import java.lang.reflect.RecordComponent;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

  @Test
  void otherConstantsOfTheOptimiserReachTheLoop() {
    AdamWOptions own = new AdamWOptions(0.8, 0.95, 1e-6);
    assertThat(RECIPE.withAdam(own).withSteps(7).loop(new Seed(0)).adam()).isEqualTo(own);
    assertThat(RECIPE.loop(new Seed(0)).adam()).isEqualTo(AdamWOptions.DEFAULT);
    refused(() -> new AdamWOptions(1, 0.95, 1e-8), "beta1", "1.0");
    refused(() -> new AdamWOptions(0.9, -1, 1e-8), "beta2", "-1.0");
    refused(() -> new AdamWOptions(0.9, 0.95, 0), "epsilon", "0.0");
  }

  /** Folders of experiments and checkpoints keep it, and are held against it. */
  @Test
  void itsTextStaysWhatItWas() {
    Augmentation augmentation = Augmentation.FLIP;
    assertThat(RECIPE.withEma(0.99))
        .hasToString(
            "Recipe[steps=200, batchSize=8, learningRate=0.5, warmup=0.1, cooldown=0.0,"
                + " weightDecay=0.05, clipNorm=1.0, accumulation=1, emaDecay=0.99, dropPath=0.0,"
                + " skippable=0, precision=float32, augmentation="
                + augmentation
                + "]");
    assertThat(RECIPE.withAdam(new AdamWOptions(0.9, 0.95, 1e-8)).toString())
        .isEqualTo(
            RECIPE.toString().replaceFirst("]$", "")
                + ", adam=AdamWOptions[beta1=0.9, beta2=0.95, epsilon=1.0E-8]]");
  }

  /** What it left out would not tell runs apart. */
  @Test
  void itsTextNamesEverything() {
    String text = RECIPE.withAdam(new AdamWOptions(0.9, 0.95, 1e-8)).toString();
    assertThat(Recipe.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .allSatisfy(name -> assertThat(text).contains(name + "="));
  }

  private static Schedule schedule(Recipe recipe) {
    return recipe.loop(new Seed(0)).schedule();
  }

  @Test
  void numbersOutOfTheirRangeAreNamedWhenARecipeIsMade() {
    refused(() -> RECIPE.withClipNorm(-1), "clipping norm", "-1.0");
    refused(() -> RECIPE.withClipNorm(Double.POSITIVE_INFINITY), "clipping norm", "Infinity");
    refused(() -> RECIPE.withAccumulation(0), "batches per step", "0");
    refused(() -> RECIPE.withEma(1), "average's decay", "1.0");
    refused(() -> RECIPE.withSkippable(-2), "may be skipped", "-2");
    refused(() -> RECIPE.withWeightDecay(-0.1), "weight decay", "-0.1");
    refused(() -> RECIPE.withLearningRate(Double.NaN), "learning rate", "NaN");
    refused(() -> RECIPE.withLearningRate(Double.POSITIVE_INFINITY), "learning rate", "Infinity");
    refused(() -> RECIPE.withSteps(0), "steps", "0");
  }

  private static void refused(ThrowingCallable recipe, String... words) {
    assertThatThrownBy(recipe).isInstanceOf(WeitException.class).hasMessageContainingAll(words);
  }
}
