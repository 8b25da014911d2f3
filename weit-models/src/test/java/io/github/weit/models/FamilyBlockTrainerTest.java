package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import org.junit.jupiter.api.Test;

class FamilyBlockTrainerTest {

  private static final Size SIZE = new Size(8, 2);

  private final Vit vit = new Vit(4, 1, 2, 3, 4, 2, Vit.Pooling.MEAN, new TemplateCut(4, 2, 2, 2));

  @Test
  void theEnginesOwnTrainerLowersTheLoss() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Model model = Model.newInstance("vit", Device.cpu())) {
      assertThat(Engine.getInstance().getEngineName()).isEqualTo("PyTorch");
      model.setBlock(new FamilyBlock(vit, SIZE, new Seed(1)));
      Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
      Loss loss = Loss.softmaxCrossEntropyLoss();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(loss)
              .optOptimizer(adam)
              .optDevices(new Device[] {Device.cpu()});
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(6, 1, 4, 4));
        NDList images = new NDList(images(manager));
        NDList labels = new NDList(manager.create(new int[] {0, 1, 2, 0, 1, 2}));
        float first = step(trainer, loss, images, labels);
        float last = first;
        for (int i = 0; i < 30; i++) {
          last = step(trainer, loss, images, labels);
        }
        assertThat(last).isLessThan(first / 2);
      }
    }
  }

  private static float step(Trainer trainer, Loss loss, NDList images, NDList labels) {
    float value;
    try (GradientCollector collector = trainer.newGradientCollector()) {
      NDArray found = loss.evaluate(labels, trainer.forward(images));
      collector.backward(found);
      value = found.toFloatArray()[0];
    }
    trainer.step();
    return value;
  }

  private static NDArray images(NDManager manager) {
    float[] values = new float[6 * 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 5 % 13 - 6) / 4f;
    }
    return manager.create(values, new Shape(6, 1, 4, 4)).toType(DataType.FLOAT32, false);
  }
}
