package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.data.Batch;

/** Steps of stage 1, all of them at the full size. */
final class ConstrainedSteps implements StepModel {

  private final Arm arm;
  private final Pretraining pretraining;
  private final Batch batch;
  private double loss = Double.NaN;

  ConstrainedSteps(Arm arm, NDManager manager, Seed seed) {
    this.arm = arm;
    PretrainPlan plan =
        PretrainPlan.of(arm.family(), arm.size(), DenseSteps.recipe(arm)).withFullSizeAlone();
    pretraining = new Pretraining(plan, seed, manager);
    batch = RandomBatch.of(arm, seed).in(manager);
  }

  @Override
  public double[] run(int steps) {
    StepClock clock = new StepClock(steps);
    loss = pretraining.run(owner -> batch, clock, clock::full).lastLoss();
    return clock.milliseconds();
  }

  @Override
  public double loss() {
    return loss;
  }

  /** Of the weights that are composed. */
  @Override
  public long parameters() {
    return arm.family().cost(arm.size()).parameters();
  }

  @Override
  public void close() {
    pretraining.close();
  }
}
