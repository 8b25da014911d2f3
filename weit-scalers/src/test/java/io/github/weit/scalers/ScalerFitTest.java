package io.github.weit.scalers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.checkpoint.Checkpoint;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import io.github.weit.training.Recipe;
import io.github.weit.training.StepReport;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void theRateGoesWithTheWidthOfTheFullSize() {
    Recipe full = Recipe.of(3, 8).withLearningRate(2e-4).withWarmup(0.2);
    Recipe narrow = ScalerFit.recipe(full, new Size(96, 4), new Size(32, 9));
    assertThat(narrow.learningRate()).isCloseTo(6e-4, within(1e-12));
    assertThat(ScalerFit.recipe(full, new Size(96, 4), new Size(192, 4)).learningRate())
        .isCloseTo(1e-4, within(1e-12));
    assertThat(narrow.withLearningRate(2e-4)).isEqualTo(full);
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

  /** As those of a pre-training that goes on afterwards. */
  @Test
  void givesNoGradientToTemplatesThatAreBeingLearnt() {
    bank.arrays().requireGradient(true);
    fit(2, TrainingListener.NONE);
    bank.arrays()
        .forEach(
            (name, array) -> {
              try (NDArray gradient = array.getGradient()) {
                assertThat(zero(gradient.toFloatArray())).as(name).isTrue();
              }
            });
  }

  @Test
  void resultsAreRunningAveragesIfTheRecipeKeepsSome() {
    Recipe recipe = Recipe.of(8, 16).withLearningRate(1e-2).withEma(0.9);
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, SEED);
    Map<String, float[]> last = values(fit(8, TrainingListener.NONE).arrays().asMap());
    try (ScalerFit fit = new ScalerFit(VIT, SIZE, bank, start, recipe, SEED, manager);
        BatchStream stream = source.open(0)) {
      fit.run(stream::next, TrainingListener.NONE, () -> false);
      Map<String, float[]> averages = values(fit.scalers().arrays().asMap());
      assertThat(averages.get("head.weight")).isNotEqualTo(last.get("head.weight"));
      NamedArrays composed = bank.compose(fit.scalers());
      fit.model(manager)
          .weights()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .as(name)
                      .containsExactly(composed.get(name).toFloatArray(), within(1e-5f)));
    }
  }

  @Test
  void givesOneResultForOneSeed() {
    Map<String, float[]> one = values(fit(5, TrainingListener.NONE).arrays().asMap());
    Map<String, float[]> two = values(fit(5, TrainingListener.NONE).arrays().asMap());
    one.forEach((name, numbers) -> assertThat(two.get(name)).as(name).isEqualTo(numbers));
  }

  /** Resizing turns arrays round; what a file gives back lies in memory as its shape says. */
  @Test
  void aWidenedStartFromAFileIsTheSameStart(@TempDir Path folder) {
    Size wide = new Size(128, 2);
    Path file = folder.resolve("start.safetensors");
    ScalerSet widened = start.resize(VIT.weights(wide), Resize.parting(SEED));
    Artefact.ofScalers(VIT.info(wide), widened, Map.of()).save(file);
    ScalerSet read = Artefact.load(file, ArtefactHeader.Kind.SCALERS, manager).scalers();
    Recipe recipe = Recipe.of(8, 16).withLearningRate(1e-2).withAugmentation(Augmentation.NONE);
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, SEED);
    try (ScalerFit whole = new ScalerFit(VIT, wide, bank, widened, recipe, SEED, manager);
        ScalerFit resumed = new ScalerFit(VIT, wide, bank, read, recipe, SEED, manager)) {
      TrainingListener keep =
          report -> {
            if (report.step() == 4) {
              whole
                  .resumable(Map.of())
                  .files()
                  .forEach((name, write) -> write.accept(folder.resolve(name)));
            }
          };
      whole.run(source, keep, () -> false);
      resumed.resumable(Map.of()).load(new Checkpoint(folder, 4, Map.of()));
      assertThat(resumed.position()).isEqualTo(4);
      resumed.run(source, TrainingListener.NONE, () -> false);
      assertThat(resumed.position()).isEqualTo(8);
      Map<String, float[]> expected = values(whole.scalers().arrays().asMap());
      values(resumed.scalers().arrays().asMap())
          .forEach((name, found) -> assertThat(found).as(name).isEqualTo(expected.get(name)));
    }
  }

  @Test
  void keepsTheNumberOfArraysConstant() {
    List<Integer> alive = new ArrayList<>();
    TrainingListener count = (StepReport report) -> alive.add(manager.getManagedArrays().size());
    fit(40, count);
    assertThat(alive.subList(1, 40)).containsOnly(alive.get(1));
  }

  /** Weights without templates learn at the same rate, and decay where their type does. */
  @Test
  void trainsFreeWeightsBesideScalers() {
    List<String> names = List.of("head.weight", "head.bias", "pos_embed");
    NamedArrays free = free(names);
    List<WeightType> kept =
        VIT.weights(SIZE).stream().filter(type -> !names.contains(type.name())).toList();
    Map<String, float[]> given = values(free.asMap());
    Map<Double, Map<String, float[]>> found = new LinkedHashMap<>();
    for (double decay : new double[] {0, 0.5}) {
      Recipe recipe = Recipe.of(1, 16).withLearningRate(1e-2).withWarmup(0).withWeightDecay(decay);
      BatchSource source =
          new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, SEED);
      try (ScalerFit fit =
              new ScalerFit(VIT, SIZE, bank, start.only(kept), free, recipe, SEED, manager);
          BatchStream stream = source.open(0)) {
        fit.run(stream::next, TrainingListener.NONE, () -> false);
        assertThat(fit.scalers().types()).isEqualTo(kept);
        SizedModel model = fit.model(manager);
        bank.compose(fit.scalers())
            .forEach(
                (name, array) ->
                    assertThat(model.weights().get(name).toFloatArray())
                        .as(name)
                        .containsExactly(array.toFloatArray(), within(1e-5f)));
        found.put(decay, values(model.weights().asMap()));
      }
    }
    Map<String, float[]> plain = found.get(0.0);
    Map<String, float[]> decayed = found.get(0.5);
    assertThat(plain.keySet()).containsExactlyElementsOf(names(VIT.weights(SIZE)));
    names.forEach(name -> assertThat(plain.get(name)).as(name).isNotEqualTo(given.get(name)));
    assertThat(decayed.get("head.bias")).isEqualTo(plain.get("head.bias"));
    assertThat(decayed.get("pos_embed")).isEqualTo(plain.get("pos_embed"));
    for (int i = 0; i < given.get("head.weight").length; i++) {
      assertThat(decayed.get("head.weight")[i] - plain.get("head.weight")[i])
          .isCloseTo(-1e-2f * 0.5f * given.get("head.weight")[i], within(1e-7f));
    }
    assertThat(values(free.asMap())).usingRecursiveComparison().isEqualTo(given);
  }

  private static List<String> names(List<WeightType> types) {
    return types.stream().flatMap(type -> type.parameterNames().stream()).toList();
  }

  private NamedArrays free(List<String> names) {
    Map<String, NDArray> all =
        new LinkedHashMap<>(DenseWeights.initial(VIT.weights(SIZE), manager, SEED).asMap());
    all.keySet().retainAll(names);
    return NamedArrays.of(all);
  }
}
