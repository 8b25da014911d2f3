package io.github.weit.scalers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.training.Recipe;
import io.github.weit.training.StepReport;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScalerFitTest {

  private static final Vit VIT = Vit.small(8, 1, 2);
  private static final Size SIZE = new Size(64, 2);
  private static final Seed SEED = new Seed(3);
  private static final ImageSet IMAGES = darkAndBright(32);

  private NDManager manager;
  private TemplateBank bank;
  private ScalerSet start;

  private static ImageSet darkAndBright(int count) {
    RandomGenerator random = SEED.generator();
    byte[] pixels = new byte[count * 64];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      labels[i / 64] = i / 64 % 2;
      pixels[i] = (byte) (random.nextInt(100) + 100 * labels[i / 64]);
    }
    return ImageSet.of("dark and bright", List.of("dark", "bright"), 1, 8, 8, labels, pixels);
  }

  @BeforeEach
  void untrained() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    KroneckerConstraint kronecker = new KroneckerConstraint();
    bank = TemplateBank.create(kronecker, VIT.weights(SIZE), manager, SEED);
    start = ScalerSet.create(kronecker, VIT.weights(SIZE), manager, SEED);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private ScalerSet fit(int steps, TrainingListener listener) {
    Recipe recipe = Recipe.of(steps, 16).withLearningRate(1e-2);
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, SEED);
    try (ScalerFit fit = new ScalerFit(VIT, SIZE, bank, start, recipe, SEED, manager);
        BatchStream stream = source.open(0)) {
      fit.run(stream::next, listener, () -> false);
      return fit.scalers().copyTo(manager);
    }
  }

  private static Map<String, float[]> values(Map<String, NDArray> arrays) {
    Map<String, float[]> values = new LinkedHashMap<>();
    arrays.forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  @Test
  void lowersTheLossByTrainingScalersAlone() {
    Map<String, float[]> templates = values(bank.arrays().asMap());
    Map<String, float[]> given = values(start.arrays().asMap());
    List<Double> losses = new ArrayList<>();
    ScalerSet fitted = fit(60, report -> losses.add(report.loss()));

    assertThat(losses.get(0)).isGreaterThan(0.6); // log 2 = 0.693
    assertThat(losses.get(59)).isLessThan(0.1);
    bank.arrays()
        .forEach((name, array) -> assertThat(array.toFloatArray()).isEqualTo(templates.get(name)));
    start
        .arrays()
        .forEach((name, array) -> assertThat(array.toFloatArray()).isEqualTo(given.get(name)));
    fitted
        .arrays()
        .forEach(
            (name, array) -> {
              if (zero(templates.get(name))) { // untrained biases: scalers of nothing
                assertThat(array.toFloatArray()).as(name).isEqualTo(given.get(name));
              } else {
                assertThat(array.toFloatArray()).as(name).isNotEqualTo(given.get(name));
              }
            });
  }

  private static boolean zero(float[] values) {
    return Arrays.equals(values, new float[values.length]);
  }

  @Test
  void needsNoGradientOfTemplates() {
    fit(1, TrainingListener.NONE);
    bank.arrays().forEach((name, array) -> assertThat(array.hasGradient()).as(name).isFalse());
  }

  @Test
  void givesOneResultForOneSeed() {
    Map<String, float[]> one = values(fit(5, TrainingListener.NONE).arrays().asMap());
    Map<String, float[]> two = values(fit(5, TrainingListener.NONE).arrays().asMap());
    one.forEach((name, numbers) -> assertThat(two.get(name)).as(name).isEqualTo(numbers));
  }

  @Test
  void keepsTheNumberOfArraysConstant() {
    List<Integer> alive = new ArrayList<>();
    TrainingListener count = (StepReport report) -> alive.add(manager.getManagedArrays().size());
    fit(40, count);
    assertThat(alive.subList(1, 40)).containsOnly(alive.get(1));
  }
}
