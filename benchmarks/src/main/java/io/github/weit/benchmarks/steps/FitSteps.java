package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.data.Batch;
import java.util.List;

/** Steps of stage 2: templates are frozen. */
final class FitSteps implements StepModel {

  private final Arm arm;
  private final TemplateBank bank;
  private final ScalerFit fit;
  private final Batch batch;
  private double loss = Double.NaN;

  FitSteps(Arm arm, NDManager manager, Seed seed) {
    this.arm = arm;
    List<WeightType> types = arm.family().weights(arm.size());
    KroneckerConstraint kronecker = new KroneckerConstraint();
    bank = TemplateBank.create(kronecker, types, manager, seed);
    try (ScalerSet start = ScalerSet.create(kronecker, types, manager, seed)) {
      fit =
          new ScalerFit(
              arm.family(), arm.size(), bank, start, DenseSteps.recipe(arm), seed, manager);
    }
    batch = RandomBatch.of(arm, seed).in(manager);
  }

  @Override
  public double[] run(int steps) {
    StepClock clock = new StepClock(steps);
    loss = fit.run(owner -> batch, clock, clock::full).lastLoss();
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
    fit.close();
    bank.close();
  }
}
