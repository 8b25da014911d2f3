package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** How far a step moves templates and scalers: each by its own rate. */
class PretrainRatesTest {

  private static final String MATRIX = "blocks.{}.mlp.fc1.weight";

  /** No decay, so that the optimiser alone moves what is trained. */
  private static PretrainOptions rates(double templates, double scalers) {
    return new PretrainOptions(templates, scalers, 0, 0, 0);
  }

  private static PretrainPlan matrices(PretrainOptions options) {
    return PretrainingTest.plan(1)
        .withConstraint(new MatricesOnlyConstraint(new KroneckerConstraint()))
        .withOptions(options);
  }

  /** Runs one step and measures. */
  private static double afterOneStep(PretrainPlan plan, ToDoubleFunction<Pretraining[]> measure) {
    ImageSet images = PretrainingTest.IMAGES;
    BatchSource source =
        new BatchSource(images, Normalisation.of(images), Augmentation.NONE, 16, new Seed(5));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan, new Seed(5), manager);
        Pretraining untouched = new Pretraining(plan, new Seed(5), manager);
        BatchStream stream = source.open(0)) {
      pretraining.run(stream::next, TrainingListener.NONE, () -> false);
      return measure.applyAsDouble(new Pretraining[] {untouched, pretraining});
    }
  }

  private static double moved(NamedArrays before, NamedArrays after, String name) {
    float[] from = before.get(name).toFloatArray();
    float[] to = after.get(name).toFloatArray();
    double sum = 0;
    for (int i = 0; i < from.length; i++) {
      sum += Math.pow((double) to[i] - from[i], 2);
    }
    return Math.sqrt(sum);
  }

  private static double templates(PretrainPlan plan, String name) {
    return afterOneStep(plan, run -> moved(run[0].bank().arrays(), run[1].bank().arrays(), name));
  }

  private static double scalers(PretrainPlan plan, String name) {
    return afterOneStep(
        plan, run -> moved(run[0].scalers().arrays(), run[1].scalers().arrays(), name));
  }

  @Test
  void templatesMoveByTheirOwnMultipleOfTheRate() {
    double once = templates(matrices(rates(1, 1)), MATRIX);
    assertThat(once).isPositive();
    assertThat(templates(matrices(rates(8, 1)), MATRIX) / once).isCloseTo(8, within(0.01));
    assertThat(templates(matrices(rates(1, 0.25)), MATRIX) / once).isCloseTo(1, within(0.01));
  }

  @Test
  void scalersOfTemplatedWeightsMoveByTheirs() {
    double once = scalers(matrices(rates(1, 1)), MATRIX);
    assertThat(once).isPositive();
    assertThat(scalers(matrices(rates(1, 0.25)), MATRIX) / once).isCloseTo(0.25, within(0.01));
    assertThat(scalers(matrices(rates(8, 1)), MATRIX) / once).isCloseTo(1, within(0.01));
  }

  @Test
  void ratesOfZeroFreeze() {
    assertThat(templates(matrices(rates(0, 1)), MATRIX)).isZero();
    assertThat(scalers(matrices(rates(0, 1)), MATRIX)).isPositive();
    assertThat(scalers(matrices(rates(1, 0)), MATRIX)).isZero();
  }

  @Test
  void whatHasNoTemplatesFollowsTheRecipe() {
    double once = scalers(matrices(rates(1, 1)), "head.weight");
    assertThat(once).isPositive();
    assertThat(scalers(matrices(rates(8, 0)), "head.weight") / once).isCloseTo(1, within(0.01));
  }
}
