package io.github.weit.scalers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import io.github.weit.training.Classification;
import io.github.weit.training.Recipe;
import io.github.weit.training.Step;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FullSizeTeachingTest {

  private static final Vit VIT = Vit.small(8, 1, 3);
  private static final Size FULL = new Size(64, 3);
  private static final Size SIZE = new Size(32, 2);
  private static final Seed SEED = new Seed(3);
  private static final Step STEP = new Step(0, SEED);

  private NDManager manager;
  private TemplateBank bank;
  private ScalerSet scalers;
  private SizedModel full;

  @BeforeEach
  void untrained() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    KroneckerConstraint kronecker = new KroneckerConstraint();
    bank = TemplateBank.create(kronecker, VIT.weights(FULL), manager, SEED);
    scalers = ScalerSet.create(kronecker, VIT.weights(FULL), manager, SEED);
    full = SizedModel.compose(VIT, FULL, bank, scalers, manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Batch batch(long seed, NDManager owner) {
    RandomGenerator random = new Seed(seed).generator();
    float[] pixels = new float[8 * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    float[] targets = new float[8 * 3];
    for (int i = 0; i < 8; i++) {
      targets[3 * i + random.nextInt(3)] = 1;
    }
    return new Batch(
        owner.create(pixels, new Shape(8, 1, 8, 8)), owner.create(targets, new Shape(8, 3)));
  }

  private double loss(double weight, Classification network, Batch batch) {
    return new FullSizeTeaching(full, weight, Precision.FLOAT32)
        .of(network)
        .loss(STEP, batch, manager)
        .toFloatArray()[0];
  }

  private static double[] probabilities(NDArray logits, int row) {
    float[] values = logits.toFloatArray();
    double[] p = new double[3];
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      p[c] = Math.exp(values[3 * row + c]);
      sum += p[c];
    }
    for (int c = 0; c < 3; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @Test
  void mixesLabelsWithWhatTheFullSizeSays() {
    Batch batch = batch(1, manager);
    try (SizedModel other = SizedModel.random(VIT, SIZE, manager, new Seed(9))) {
      double expected = 0;
      NDArray said = full.logits(batch.images());
      NDArray own = other.logits(batch.images());
      float[] targets = batch.targets().toFloatArray();
      for (int i = 0; i < 8; i++) {
        double[] p = probabilities(said, i);
        double[] q = probabilities(own, i);
        for (int c = 0; c < 3; c++) {
          expected += 0.3 * p[c] * Math.log(p[c] / q[c]) / 8;
          expected -= 0.7 * targets[3 * i + c] * Math.log(q[c]) / 8;
        }
      }
      Classification network = (step, images) -> other.logits(images);
      assertThat(loss(0.3, network, batch)).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void hasNothingToTeachTheFullSize() {
    Classification itself = (step, images) -> full.logits(images);
    assertThat(loss(1, itself, batch(1, manager))).isCloseTo(0, within(1e-6));
  }

  /** Without labels: what is fitted comes to say what the full size says. */
  @Test
  void aFitComesNearerToTheFullSizeAndLeavesItAsItIs() {
    float[] before = full.weights().get("head.weight").toFloatArray();
    ScalerSet start = scalers.resize(VIT.weights(SIZE), Resize.standard()).copyTo(manager);
    Recipe recipe = Recipe.of(60, 8).withLearningRate(1e-2);
    List<Double> losses = new ArrayList<>();
    TrainingListener listener = report -> losses.add(report.loss());
    try (ScalerFit fit = new ScalerFit(VIT, SIZE, bank, start, recipe, SEED, manager)) {
      fit.run(
          owner -> batch(2, owner),
          new FullSizeTeaching(full, 1, recipe.precision())::of,
          listener,
          () -> false);
    }
    assertThat(losses.get(0)).isPositive();
    assertThat(losses.get(59)).isLessThan(0.3 * losses.get(0));
    assertThat(full.weights().get("head.weight").toFloatArray()).isEqualTo(before);
    assertThat(full.weights().get("head.weight").hasGradient()).isFalse();
  }
}
