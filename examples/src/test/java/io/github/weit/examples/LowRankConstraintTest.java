package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.ConstraintCheck;
import io.github.weit.core.Constraints;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Recipe;
import io.github.weit.training.Resumable;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A constraint that the library does not know goes through all of its stages. */
class LowRankConstraintTest {

  private static final LowRankConstraint RULE = new LowRankConstraint(8);
  private static final Vit VIT = Vit.small(28, 1, 10);
  private static final Size FULL = new Size(64, 2);
  private static final Seed SEED = new Seed(4);
  private static final ImageSet IMAGES = EmbeddedFashionMnist.train().head(64);
  private static final Normalisation NORMALISATION = Normalisation.of(IMAGES);

  @TempDir private Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static BatchStream batches(Recipe recipe) {
    return new BatchSource(
            IMAGES, NORMALISATION, recipe.augmentation(), recipe.batchSize(), SEED.child("data"))
        .open(0);
  }

  private Templates learnt(int steps) {
    Path file = folder.resolve("templates.safetensors");
    Recipe recipe = PretrainPlan.recipe(steps, 8);
    PretrainPlan plan = PretrainPlan.of(VIT, FULL, recipe).withConstraint(RULE);
    try (Pretraining pretraining = new Pretraining(plan, SEED, manager);
        BatchStream batches = batches(recipe)) {
      pretraining.run(batches::next, TrainingListener.NONE, () -> false);
      pretraining.artefact(DataFacts.of(IMAGES, NORMALISATION)).save(file);
    }
    return Templates.load(file, manager);
  }

  @Test
  void itKeepsWhatEveryConstraintMust() {
    ConstraintCheck.require(RULE, VIT.weights(FULL), VIT.weights(new Size(32, 3)), manager);
  }

  @Test
  void templatesOfItAreLearntKeptAndFoundAgain() {
    Templates templates = learnt(2);
    assertThat(templates.bank().constraint()).isEqualTo(RULE);
    NDArray weight = templates.compose(FULL, manager).weights().get("blocks.1.mlp.fc1.weight");
    String type = "blocks.{}.mlp.fc1.weight";
    float[] u = templates.scalers().arrays().get(type + "#out").toFloatArray();
    float[] c = templates.bank().arrays().get(type + "#core").toFloatArray();
    float[] v = templates.scalers().arrays().get(type + "#in").toFloatArray();
    int out = 37;
    int in = 5;
    double sum = 0;
    for (int a = 0; a < 8; a++) {
      for (int b = 0; b < 8; b++) {
        sum += u[(a * 2 + 1) * 256 + out] * c[a * 8 + b] * v[(b * 2 + 1) * 64 + in];
      }
    }
    assertThat(weight.getFloat(out, in)).isCloseTo((float) sum, within(1e-6f));
  }

  @Test
  void aPreTrainingThatWasStoppedGoesOn() {
    Recipe recipe = PretrainPlan.recipe(4, 8);
    PretrainPlan plan = PretrainPlan.of(VIT, FULL, recipe).withConstraint(RULE);
    CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"), 1);
    try (Pretraining whole = new Pretraining(plan, SEED, manager);
        Pretraining first = new Pretraining(plan, SEED, manager);
        Pretraining second = new Pretraining(plan, SEED, manager)) {
      run(whole, recipe, 4);
      run(first, recipe, 2);
      new Checkpointing(store, 2, first.resumable(Map.of())).save();
      new Checkpointing(store, 2, second.resumable(Map.of())).begin(Checkpointing.Begin.RESUME);
      run(second, recipe, 4);
      String core = "blocks.{}.mlp.fc1.weight#core";
      assertThat(second.bank().arrays().get(core).toFloatArray())
          .isEqualTo(whole.bank().arrays().get(core).toFloatArray())
          .isNotEqualTo(first.bank().arrays().get(core).toFloatArray());
    }
  }

  private static void run(Pretraining pretraining, Recipe recipe, long end) {
    Resumable position = pretraining.resumable(Map.of());
    BatchSource source =
        new BatchSource(
            IMAGES, NORMALISATION, recipe.augmentation(), recipe.batchSize(), SEED.child("data"));
    try (BatchStream batches = source.open(position.position())) {
      pretraining.run(batches::next, TrainingListener.NONE, () -> position.position() == end);
    }
  }

  /** What holds of the Kronecker rule does of this one, since features resize alike. */
  @Test
  void aModelOfTwiceTheWidthComputesTheSame() {
    Templates templates = learnt(2);
    NDArray images = manager.arange(2f * 28 * 28).sin().reshape(VIT.inputShape(2));
    SizedModel full = templates.compose(FULL, manager);
    Size wide = new Size(128, 2);
    ScalerSet scalers = templates.scalersFor(wide, Resize.standard(), manager);
    SizedModel wider = SizedModel.compose(VIT, wide, templates.bank(), scalers, manager);
    assertThat(wider.logits(images).toFloatArray())
        .containsExactly(full.logits(images).toFloatArray(), offset(1e-4f));
  }

  @Test
  void aFitTrainsItsFactorsAndLeavesTheCoreAlone() {
    Templates templates = learnt(2);
    Size narrow = new Size(32, 3);
    Recipe recipe = Recipe.of(60, 16).withLearningRate(3e-3);
    List<Double> losses = new ArrayList<>();
    NDArray core = templates.bank().arrays().get("blocks.{}.mlp.fc1.weight#core");
    float[] before = core.toFloatArray();
    ScalerSet start = templates.scalersFor(narrow, Resize.parting(SEED), manager);
    try (ScalerFit fit =
            new ScalerFit(VIT, narrow, templates.bank(), start, recipe, SEED, manager);
        BatchStream batches = batches(recipe)) {
      fit.run(batches::next, report -> losses.add(report.loss()), () -> false);
      assertThat(losses.get(59)).isLessThan(0.8 * losses.get(0));
      assertThat(fit.scalers().arrays().get("blocks.{}.mlp.fc1.weight#out").getShape())
          .isEqualTo(new Shape(8, 3, 128));
      assertThat(core.toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void factorsOfAWrongShapeAreNamedAndNotMultiplied() {
    String name = "blocks.{}.mlp.fc1.weight";
    WeightType type =
        VIT.weights(FULL).stream().filter(of -> of.name().equals(name)).findFirst().orElseThrow();
    NDList core = new NDList(manager.ones(new Shape(8, 8)));
    NDArray out = manager.ones(new Shape(8, 2, 256));
    NDArray shallow = manager.ones(new Shape(8, 1, 64)); // a product would spread it over layers
    assertThatThrownBy(() -> RULE.compose(type, core, new NDList(out, shallow)))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(name, "in must have shape (8, 2, 64), found (8, 1, 64)");
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThatThrownBy(() -> Constraints.of("low-rank-example", Map.of()))
        .hasMessageContaining("expected a rank, found ''");
    assertThatThrownBy(() -> Constraints.of("low-rank", Map.of()))
        .hasMessageContainingAll("'low-rank'", "kronecker", "low-rank-example", "class path");
  }
}
