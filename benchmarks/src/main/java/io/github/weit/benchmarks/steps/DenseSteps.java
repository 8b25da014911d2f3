package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.models.Pass;
import io.github.weit.training.Classification;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.Batch;
import io.github.weit.training.optim.ParameterGroup;

/** Steps of our loop over dense weights: stage 3. */
final class DenseSteps implements StepModel {

  /** More than are ever run, so that the rate stays what it is. */
  private static final long ENDLESS = 1_000_000_000L;

  private final NamedArrays weights;
  private final TrainingLoop loop;
  private final Batch batch;
  private final Classification network;
  private double loss = Double.NaN;

  DenseSteps(Arm arm, NDManager manager, Seed seed) {
    weights = DenseWeights.initial(arm.family().weights(arm.size()), manager, seed);
    Recipe recipe = recipe(arm);
    loop =
        new TrainingLoop(
            weights, ParameterGroup.byRank(weights, recipe.weightDecay()), recipe.loop(seed));
    batch = RandomBatch.of(arm, seed).in(manager);
    network =
        (step, images) ->
            arm.family()
                .forward(
                    weights,
                    arm.size(),
                    images,
                    Pass.training(0, step.seed()).withPrecision(arm.precision()));
  }

  /** AdamW with a decay of 0.05; neither clipping nor an average. */
  static Recipe recipe(Arm arm) {
    return Recipe.of(ENDLESS, arm.batch())
        .withLearningRate(RATE)
        .withPrecision(arm.precision())
        .withWarmup(0)
        .withClipNorm(0);
  }

  @Override
  public double[] run(int steps) {
    StepClock clock = new StepClock(steps);
    loss =
        loop.runUntil(loop.position() + steps, owner -> batch, network, clock, () -> false)
            .lastLoss();
    return clock.milliseconds();
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public long parameters() {
    return weights.elements();
  }

  @Override
  public void close() {
    loop.close();
  }
}
