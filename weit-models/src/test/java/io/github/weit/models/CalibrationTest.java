package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.WeitEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {

  private static final ResNet NET =
      ResNet.small(8, 2, 3).withCut(new ConvCut(4, 2, 2, 2, ConvCut.Sharing.STAGE));
  private static final Size SIZE = Size.parse("4x1-2-1");
  private static final String FIRST = "bn1.running_";

  private final NDManager manager = WeitEngine.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private SizedModel model() {
    return SizedModel.random(NET, SIZE, manager, new Seed(1));
  }

  private NDArray images(int batch, long seed) {
    return Values.images(manager, NET, batch, new Seed(seed), DataType.FLOAT32);
  }

  /** The first norm sees a convolution of the images: its statistics are known without the rest. */
  @Test
  void takesTheMeanOverBatchesOfWhatANormSees() {
    SizedModel model = model();
    List<NDArray> batches = List.of(images(3, 2), images(5, 3));
    SizedModel calibrated = model.calibrate(batches);
    double[] mean = new double[4];
    double[] variance = new double[4];
    for (NDArray batch : batches) {
      double[][] seen = channels(convolved(model, batch));
      for (int c = 0; c < 4; c++) {
        double own = mean(seen[c]);
        double squares = 0;
        for (double value : seen[c]) {
          squares += (value - own) * (value - own);
        }
        mean[c] += own / batches.size();
        variance[c] += squares / (seen[c].length - 1) / batches.size();
      }
    }
    Values.assertClose(of(calibrated, FIRST + "mean"), mean, 1e-5);
    Values.assertClose(of(calibrated, FIRST + "var"), variance, 1e-5);
    assertThat(calibrated.statistics().names())
        .containsExactlyElementsOf(
            NET.statistics(SIZE).stream().flatMap(t -> t.parameterNames().stream()).toList());
  }

  @Test
  void onOneBatchTheModelComputesWhatItDoesWhenItNormalisesByThatBatch() {
    NDArray batch = images(64, 4); // many values, so that Bessel's correction is small
    SizedModel model = model().calibrate(List.of(batch));
    NDArray byBatch =
        NET.forward(model.weights(), SIZE, batch, Pass.measuring(BatchStatistics.ignored()));
    Values.assertClose(Values.toDoubles(model.logits(batch)), Values.toDoubles(byBatch), 0.01);
  }

  @Test
  void aModelThatWasNotCalibratedSaysSo() {
    SizedModel model = model();
    assertThat(model.needsCalibration()).isTrue();
    assertThatThrownBy(() -> model.logits(images(1, 5)))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("batch norms", "calibrate the model");
    assertThatThrownBy(() -> NET.forward(model.weights(), SIZE, images(1, 5), Pass.evaluation()))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("bn1", "calibrate the model");
    assertThatThrownBy(() -> model.toDjl("resnet"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("calibrate the model");
    assertThatThrownBy(() -> model.calibrate(List.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("no image");
    Vit vit = Vit.small(8, 2, 3);
    SizedModel other = SizedModel.random(vit, new Size(32, 1), manager, new Seed(6));
    assertThat(other.needsCalibration()).isFalse();
    assertThat(other.calibrate(List.of())).isSameAs(other);
  }

  @Test
  void statisticsAreWrittenAndReadWithTheWeights(@TempDir Path folder) {
    SizedModel model = model().calibrate(List.of(images(8, 7)));
    Path file = folder.resolve("weights.safetensors");
    model.artefact(Map.of()).save(file);
    SizedModel read = SizedModel.load(file, manager);
    assertThat(read.weights().names()).containsExactlyElementsOf(model.weights().names());
    assertThat(read.logits(images(2, 8)).toFloatArray())
        .isEqualTo(model.logits(images(2, 8)).toFloatArray());
    Path without = folder.resolve("without.safetensors");
    model().artefact(Map.of()).save(without);
    assertThat(SizedModel.load(without, manager).needsCalibration()).isTrue();
  }

  @Test
  void aFreshHeadKeepsTheStatistics() {
    SizedModel model = model().calibrate(List.of(images(8, 9)));
    SizedModel other = model.withFreshHead(7, manager, new Seed(10));
    assertThat(of(other, FIRST + "mean")).containsExactly(of(model, FIRST + "mean"));
    assertThat(other.logits(images(2, 11)).getShape().get(1)).isEqualTo(7);
  }

  @Test
  void inTheEnginesBlockRunningStatisticsFollowTheBatch() {
    SizedModel model = model().calibrate(List.of(images(8, 12)));
    NDArray batch = images(8, 13);
    double[] before = of(model, FIRST + "mean");
    double[] seen = of(model.calibrate(List.of(batch)), FIRST + "mean");
    try (Model djl = model.toDjl("resnet")) {
      FamilyBlock block = (FamilyBlock) djl.getBlock();
      ParameterStore store = new ParameterStore(djl.getNDManager(), false);
      assertThat(block.forward(store, new NDList(batch), false).get(0).toFloatArray())
          .isEqualTo(model.logits(batch).toFloatArray());
      float[] kernel = block.getParameters().get("conv1.weight").getArray().toFloatArray();
      step(djl, batch);
      assertThat(block.getParameters().get("conv1.weight").getArray().toFloatArray())
          .isNotEqualTo(kernel);
      double[] after = Values.toDoubles(block.getParameters().get(FIRST + "mean").getArray());
      double[] expected = new double[4];
      for (int c = 0; c < 4; c++) {
        expected[c] = 0.9 * before[c] + 0.1 * seen[c];
      }
      Values.assertClose(after, expected, 1e-5);
    }
  }

  private static void step(Model model, NDArray batch) {
    Loss loss = Loss.softmaxCrossEntropyLoss();
    try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss));
        NDArray labels = batch.getManager().zeros(new Shape(batch.getShape().get(0)))) {
      trainer.initialize(batch.getShape());
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList logits = trainer.forward(new NDList(batch));
        collector.backward(loss.evaluate(new NDList(labels), logits));
      }
      trainer.step();
    }
  }

  private NDArray convolved(SizedModel model, NDArray batch) {
    return Ops.convolution(batch, model.weights().get("conv1.weight"), 1, 1, 1);
  }

  private static double[][] channels(NDArray x) {
    double[][] channels = new double[Math.toIntExact(x.getShape().get(1))][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = Values.toDoubles(x.get(":, " + c));
    }
    return channels;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double[] of(SizedModel model, String name) {
    return Values.toDoubles(model.statistics().get(name));
  }
}
