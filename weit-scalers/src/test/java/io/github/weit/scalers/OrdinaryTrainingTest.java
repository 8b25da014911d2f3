package io.github.weit.scalers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Evaluator;
import io.github.weit.training.Recipe;
import io.github.weit.training.StepReport;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.EvaluationBatches;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.optim.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrdinaryTrainingTest {

  private static final ImageSet IMAGES = darkAndBright();
  private static final Normalisation NORMALISATION = Normalisation.of(IMAGES);
  private static final Recipe RECIPE =
      Recipe.of(30, 16).withAugmentation(Augmentation.NONE).withLearningRate(3e-3);

  private NDManager manager;

  /** Noise; images of class 1 have a bright upper half. */
  private static ImageSet darkAndBright() {
    RandomGenerator random = new Seed(1).generator();
    byte[] pixels = new byte[128 * 64];
    int[] labels = new int[128];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      for (int p = 0; p < 64; p++) {
        pixels[i * 64 + p] = (byte) (random.nextInt(100) + (labels[i] == 1 && p < 32 ? 100 : 0));
      }
    }
    return ImageSet.of("dark and bright", List.of("dark", "bright"), 1, 8, 8, labels, pixels);
  }

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Evaluation evaluate(SizedModel model) {
    return Evaluator.evaluate(
        manager, new EvaluationBatches(IMAGES, NORMALISATION, 64), model::logits);
  }

  private SizedModel random(Family family, String size) {
    return SizedModel.random(family, Size.parse(size), manager, new Seed(2));
  }

  @Test
  void learnsAndIsAFunctionOfItsSeed() {
    List<StepReport> reports = new ArrayList<>();
    OrdinaryTraining training = OrdinaryTraining.of(RECIPE).withSeed(new Seed(3));
    Vit vit = Vit.small(8, 1, 2);
    SizedModel one =
        training.withListener(reports::add).run(random(vit, "32x1"), IMAGES, NORMALISATION);
    SizedModel two = training.run(random(vit, "32x1"), IMAGES, NORMALISATION);
    assertThat(reports).hasSize(30);
    assertThat(evaluate(one).top1()).isGreaterThan(0.95);
    for (String name : one.weights().names()) {
      assertThat(two.weights().get(name).toFloatArray())
          .isEqualTo(one.weights().get(name).toFloatArray());
    }
  }

  @Test
  void decaysWhatTypesSayDecays() {
    SizedModel model = random(Vit.small(8, 1, 2), "32x1");
    List<ParameterGroup> groups = OrdinaryTraining.groups(model, RECIPE.withWeightDecay(0.1));
    List<String> decayed =
        groups.stream()
            .filter(group -> group.weightDecay() == 0.1)
            .flatMap(group -> group.parameters().stream())
            .toList();
    assertThat(decayed)
        .contains("blocks.0.attn.qkv.weight", "patch_embed.proj.weight", "head.weight")
        .doesNotContain("pos_embed", "cls_token", "norm.weight", "head.bias");
    assertThat(groups.stream().mapToInt(group -> group.parameters().size()).sum())
        .isEqualTo(model.weights().size());
  }

  /** Old statistics of new weights predict nonsense, and nothing tells so. */
  @Test
  void batchNormsAreMeasuredAnew(@TempDir Path folder) {
    SizedModel before =
        CalibrationImages.calibrate(
            random(ResNet.small(8, 1, 2), "8x1-1-1"), IMAGES, NORMALISATION);
    SizedModel trained = OrdinaryTraining.of(RECIPE).run(before, IMAGES, NORMALISATION);
    Evaluation found = evaluate(trained);
    SizedModel bare = new SizedModel(trained.family(), trained.size(), trained.weights());
    Evaluation expected = evaluate(CalibrationImages.calibrate(bare, IMAGES, NORMALISATION));
    assertThat(found).isEqualTo(expected);
    assertThat(found.top1()).isGreaterThan(0.95);
    assertThatThrownBy(() -> evaluate(before)).isInstanceOf(IllegalStateException.class);

    Path file = folder.resolve("model.safetensors");
    trained.save(file);
    assertThat(evaluate(trained)).as("still open").isEqualTo(found);
    SizedModel read = SizedModel.load(file, manager);
    assertThat(evaluate(read)).isEqualTo(found);
    assertThat(read.provenance()).isEqualTo(DataFacts.of(IMAGES, NORMALISATION));
  }

  @Test
  void theRunningAverageIsTheResult() {
    Vit vit = Vit.small(8, 1, 2);
    SizedModel last = OrdinaryTraining.of(RECIPE).run(random(vit, "32x1"), IMAGES, NORMALISATION);
    SizedModel average =
        OrdinaryTraining.of(RECIPE.withEma(0.9)).run(random(vit, "32x1"), IMAGES, NORMALISATION);
    NamedArrays weights = last.weights();
    assertThat(average.weights().get("head.weight").toFloatArray())
        .isNotEqualTo(weights.get("head.weight").toFloatArray());
  }

  @Test
  void imagesOfOtherShapesAndClassesAreRefused() {
    SizedModel three = random(Vit.small(8, 1, 3), "32x1");
    OrdinaryTraining training = OrdinaryTraining.of(RECIPE);
    assertThatThrownBy(() -> training.run(three, IMAGES, NORMALISATION))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("tells 3 classes apart, dark and bright has 2");
    SizedModel large = random(Vit.small(16, 1, 2), "32x1");
    assertThatThrownBy(() -> training.run(large, IMAGES, NORMALISATION))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("shape (1, 16, 16)");
    ImageSet renamed =
        ImageSet.of("x", List.of("a", "b", "c", "d"), 1, 8, 8, new int[1], new byte[64]);
    assertThatThrownBy(() -> three.artefact(DataFacts.of(renamed, NORMALISATION)))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("3 classes", "names 4");
  }
}
