package io.github.weit.benchmarks.steps;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.NoGradient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * DJL's own trainer over DJL's own blocks, as its documentation's first training has it: a data set
 * in memory, {@link EasyTrain#trainBatch}, {@link Trainer#step}. The listeners that log and measure
 * accuracy are left out.
 */
final class DjlSteps implements StepModel {

  private final Model model;
  private final Trainer trainer;
  private final ArrayDataset batch;
  private double loss;

  DjlSteps(Arm arm, NDManager manager, Seed seed) {
    model = Model.newInstance(arm.network().toString(), manager.getDevice(), "PyTorch");
    model.setBlock(block(arm));
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                    Optimizer.adamW().optLearningRateTracker(Tracker.fixed((float) RATE)).build()));
    trainer.initialize(arm.family().inputShape(1));
    RandomBatch random = RandomBatch.of(arm, seed);
    batch =
        new ArrayDataset.Builder()
            .setData(manager.create(random.images(), random.shape()))
            .optLabels(manager.create(random.labels()))
            .setSampling(arm.batch(), false)
            .build();
  }

  private static Block block(Arm arm) {
    return switch (arm.network()) {
      case VIT -> DjlVit.of(arm);
      case RESNET18, RESNET20 -> DjlResNet.of(arm);
    };
  }

  @Override
  public double[] run(int steps) {
    StepClock clock = new StepClock(steps);
    while (!clock.full()) {
      forEachBatch(
          data -> {
            EasyTrain.trainBatch(trainer, data);
            trainer.step();
          });
      clock.lap();
    }
    return clock.milliseconds();
  }

  /** One pass over the data set, which has one batch. */
  private void forEachBatch(Consumer<Batch> use) {
    try {
      for (Batch data : trainer.iterateDataset(batch)) {
        use.accept(data);
        data.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TranslateException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public double loss() {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      forEachBatch(
          data -> {
            NDList logits = trainer.forward(data.getData());
            loss = trainer.getLoss().evaluate(data.getLabels(), logits).getFloat();
          });
    }
    return loss;
  }

  @Override
  public long parameters() {
    return model.getBlock().getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .mapToLong(parameter -> parameter.getArray().size())
        .sum();
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
