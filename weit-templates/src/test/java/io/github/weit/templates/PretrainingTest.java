package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader.Kind;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.training.BatchFeed;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.Distillation;
import io.github.weit.training.DivergedException;
import io.github.weit.training.Lesson;
import io.github.weit.training.Recipe;
import io.github.weit.training.Resumable;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingTest {

  private static final Vit VIT = Vit.small(8, 1, 4);
  private static final Size FULL = new Size(64, 3);
  static final ImageSet IMAGES = brightQuadrants(64);

  /** Noise with one bright quadrant, which is the class. */
  private static ImageSet brightQuadrants(int count) {
    RandomGenerator random = new Seed(11).generator();
    byte[] pixels = new byte[count * 64];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 4;
      for (int p = 0; p < 64; p++) {
        boolean bright = p / 32 == labels[i] / 2 && p % 8 / 4 == labels[i] % 2;
        pixels[i * 64 + p] = (byte) (random.nextInt(90) + (bright ? 120 : 0));
      }
    }
    List<String> classes = List.of("top left", "top right", "bottom left", "bottom right");
    return ImageSet.of("quadrants", classes, 1, 8, 8, labels, pixels);
  }

  static PretrainPlan plan(long steps) {
    Recipe recipe = Recipe.of(steps, 16).withAugmentation(Augmentation.NONE).withLearningRate(3e-3);
    return PretrainPlan.of(VIT, FULL, recipe)
        .withSampling(
            sizes -> sizes.withMinimum(new Size(32, 1)).withHeldOut(Set.of(new Size(32, 2))));
  }

  private static List<Double> run(long steps, long seed, Path file) {
    List<Double> losses = new ArrayList<>();
    BatchSource source =
        new BatchSource(
            IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(seed).child("data"));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan(steps), new Seed(seed), manager);
        BatchStream stream = source.open(0)) {
      pretraining.run(stream::next, report -> losses.add(report.loss()), () -> false);
      pretraining.artefact(Map.of()).save(file);
    }
    return losses;
  }

  @Test
  void learnsTheTaskAtAllSizes(@TempDir Path folder) {
    List<Double> losses = run(160, 1, folder.resolve("t.safetensors"));
    double first = losses.subList(0, 5).stream().mapToDouble(x -> x).average().orElseThrow();
    double last = losses.subList(150, 160).stream().mapToDouble(x -> x).average().orElseThrow();
    assertThat(first).isGreaterThan(1.2); // log 4 = 1.386
    assertThat(last).isLessThan(0.5);
  }

  @Test
  void givesOneFileForOneSeed(@TempDir Path folder) throws Exception {
    Path one = folder.resolve("one.safetensors");
    Path two = folder.resolve("two.safetensors");
    Path other = folder.resolve("other.safetensors");
    run(6, 1, one);
    run(6, 1, two);
    run(6, 2, other);
    assertThat(Files.readAllBytes(one)).isEqualTo(Files.readAllBytes(two));
    assertThat(Files.readAllBytes(one)).isNotEqualTo(Files.readAllBytes(other));
  }

  @Test
  void givesTheSameFileIfItIsInterrupted(@TempDir Path folder) throws Exception {
    Path whole = folder.resolve("whole.safetensors");
    Path pieces = folder.resolve("pieces.safetensors");
    run(9, 1, whole);
    CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"), 2);
    BatchSource source =
        new BatchSource(
            IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(1).child("data"));
    for (int piece = 1; piece <= 3; piece++) { // killed after 4 steps, stopped after 7
      long end = piece == 1 ? 4 : 7;
      try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
          Pretraining pretraining = new Pretraining(plan(9), new Seed(1), manager)) {
        Resumable run = pretraining.resumable(Map.of());
        Checkpointing checkpointing = new Checkpointing(store, 3, run);
        checkpointing.begin(piece == 1 ? Begin.FRESH : Begin.RESUME);
        assertThat(run.position()).isEqualTo(List.of(0L, 3L, 7L).get(piece - 1));
        boolean last = piece == 3;
        assertThat(pretraining.position()).isEqualTo(run.position());
        pretraining.run(source, checkpointing, () -> !last && run.position() == end);
        if (piece == 2) {
          checkpointing.save();
        }
        if (last) {
          assertThat(pretraining.drawn().values().stream().mapToLong(x -> x).sum()).isEqualTo(9);
          pretraining.artefact(Map.of()).save(pieces);
        }
      }
    }
    assertThat(pieces).hasSameBinaryContentAs(whole);
  }

  @Test
  void givesTheSameFileIfItsThreadIsInterrupted(@TempDir Path folder) throws Exception {
    Path whole = folder.resolve("whole.safetensors");
    Path pieces = folder.resolve("pieces.safetensors");
    run(9, 1, whole);
    CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"), 2);
    BatchSource source =
        new BatchSource(
            IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(1).child("data"));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan(9), new Seed(1), manager)) {
      Checkpointing checkpointing = new Checkpointing(store, 3, pretraining.resumable(Map.of()));
      TrainingListener interrupting =
          report -> {
            if (report.step() == 4) {
              Thread.currentThread().interrupt();
            }
          };
      TrainingListener both = TrainingListener.all(interrupting, checkpointing);
      assertThat(pretraining.run(source, both, () -> false).stopped()).isTrue();
      assertThat(checkpointing.save()).isTrue();
      assertThat(Thread.interrupted()).isTrue();
    }
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan(9), new Seed(1), manager)) {
      Checkpointing checkpointing = new Checkpointing(store, 3, pretraining.resumable(Map.of()));
      checkpointing.begin(Begin.RESUME);
      assertThat(pretraining.position()).isEqualTo(4);
      pretraining.run(source, checkpointing, () -> false);
      pretraining.artefact(Map.of()).save(pieces);
    }
    assertThat(pieces).hasSameBinaryContentAs(whole);
  }

  private static void refused(Pretraining pretraining, BatchSource source, String... words) {
    assertThatThrownBy(() -> pretraining.run(source, TrainingListener.NONE, () -> false))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void batchesOfOtherImagesOrRecipesAreRefusedBeforeTheFirstStep() {
    PretrainPlan plan = plan(2);
    Recipe recipe = plan.recipe();
    Normalisation normalisation = Normalisation.of(IMAGES);
    Seed seed = new Seed(1);
    ImageSet three =
        ImageSet.of("three", List.of("a", "b", "c"), 1, 8, 8, new int[16], new byte[16 * 64]);
    ImageSet small =
        ImageSet.of("small", IMAGES.classes(), 1, 4, 4, new int[16], new byte[16 * 16]);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan, seed, manager)) {
      refused(
          pretraining,
          recipe.batches(three, normalisation, seed),
          "tells 4 classes apart, three has 3");
      refused(
          pretraining,
          recipe.batches(small, normalisation, seed),
          "images of shape (1, 8, 8)",
          "those of small have (1, 4, 4)");
      refused(
          pretraining,
          recipe.withBatchSize(8).batches(IMAGES, normalisation, seed),
          "batches of 16",
          "found 8");
      refused(
          pretraining,
          recipe.withAugmentation(Augmentation.LIGHT).batches(IMAGES, normalisation, seed),
          Augmentation.NONE.toString(),
          "found 16, " + Augmentation.LIGHT);
      assertThat(pretraining.position()).isZero();
      assertThatThrownBy(() -> pretraining.artefact(DataFacts.of(three, normalisation)))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("4 classes", "names 3: [a, b, c]");
    }
  }

  @Test
  void aLossThatIsNoNumberNamesStepSizeAndCheckpoint(@TempDir Path folder) {
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(5));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan(9), new Seed(1), manager);
        BatchStream stream = source.open(0)) {
      Resumable run = pretraining.resumable(Map.of());
      Checkpointing checkpointing = new Checkpointing(new CheckpointStore(folder, 2), 2, run);
      BatchFeed<Batch> poisoned =
          owner -> {
            Batch batch = stream.next(owner);
            return run.position() < 3
                ? batch
                : new Batch(
                    batch.images().mul(owner.full(new Shape(1), Float.NaN)), batch.targets());
          };
      assertThatThrownBy(
              () ->
                  checkpointing.guard(() -> pretraining.run(poisoned, checkpointing, () -> false)))
          .isInstanceOf(DivergedException.class)
          .hasMessageContainingAll(
              "diverged at step 3", "a step at size ", folder.toString(), "after step 2");
    }
  }

  @Test
  void refusesToGoOnWithOtherSettingsOrOverAnEarlierRun(@TempDir Path folder) {
    CheckpointStore store = new CheckpointStore(folder, 2);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining one = new Pretraining(plan(9), new Seed(1), manager);
        Pretraining other = new Pretraining(plan(9), new Seed(2), manager)) {
      Checkpointing nothing = new Checkpointing(store, 3, one.resumable(Map.of()));
      assertThatThrownBy(() -> nothing.begin(Begin.RESUME))
          .hasMessageContaining("no checkpoint to go on from");
      nothing.begin(Begin.RESUME_IF_ANY);
      assertThat(nothing.save()).isTrue();
      assertThatThrownBy(() -> nothing.begin(Begin.FRESH))
          .hasMessageContainingAll("earlier run", "after step 0");
      Checkpointing wrong = new Checkpointing(store, 3, other.resumable(Map.of()));
      assertThatThrownBy(() -> wrong.begin(Begin.RESUME))
          .hasMessageContainingAll("another run", "seed was 1 and is now 2");
    }
  }

  /** Other heads, or another order of factors, leave every name and shape as it was. */
  @Test
  void refusesToGoOnAsAnotherNetwork(@TempDir Path folder) {
    CheckpointStore store = new CheckpointStore(folder, 2);
    PretrainPlan plan = plan(9);
    int headSize = VIT.headSize() / 2;
    PretrainPlan heads =
        plan.withFamily(
            new Vit(8, 1, VIT.patch(), 4, headSize, VIT.mlpRatio(), VIT.pooling(), VIT.cut()));
    PretrainPlan order =
        plan.withConstraint(new KroneckerConstraint(KroneckerConstraint.Order.INTERLEAVED));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining one = new Pretraining(plan, new Seed(1), manager);
        Pretraining otherHeads = new Pretraining(heads, new Seed(1), manager);
        Pretraining otherOrder = new Pretraining(order, new Seed(1), manager)) {
      assertThat(new Checkpointing(store, 3, one.resumable(Map.of())).save()).isTrue();
      Checkpointing first = new Checkpointing(store, 3, otherHeads.resumable(Map.of()));
      assertThatThrownBy(() -> first.begin(Begin.RESUME))
          .hasMessageContainingAll("another run", "model.options was", "head_size=" + headSize);
      Checkpointing second = new Checkpointing(store, 3, otherOrder.resumable(Map.of()));
      assertThatThrownBy(() -> second.begin(Begin.RESUME))
          .hasMessageContainingAll("another run", "constraint.options was");
    }
  }

  @Test
  void trainsTemplatesAndScalersAndCountsTheSizesItDrew(@TempDir Path folder) {
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(5));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan(30), new Seed(5), manager);
        Pretraining untouched = new Pretraining(plan(30), new Seed(5), manager);
        BatchStream stream = source.open(0)) {
      pretraining.run(stream::next, TrainingListener.NONE, () -> false);
      pretraining
          .bank()
          .arrays()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .as(name)
                      .isNotEqualTo(untouched.bank().arrays().get(name).toFloatArray()));
      pretraining
          .scalers()
          .arrays()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .as(name)
                      .isNotEqualTo(untouched.scalers().arrays().get(name).toFloatArray()));
      assertThat(pretraining.drawn().values().stream().mapToLong(x -> x).sum()).isEqualTo(30);
      assertThat(pretraining.drawn()).containsKey(FULL).doesNotContainKey(new Size(32, 2));
    }
  }

  /** With a decay of nearly 0 the average is nearly what there is; with a larger one it lags. */
  @Test
  void writesRunningAveragesWhereTheRecipeKeepsSome(@TempDir Path folder) {
    String matrix = "blocks.{}.mlp.fc1.weight";
    for (double decay : new double[] {1e-6, 0.99}) {
      Path file = folder.resolve(decay + ".safetensors");
      PretrainPlan plan = plan(20);
      PretrainPlan averaged = plan.withRecipe(plan.recipe().withEma(decay));
      BatchSource source =
          new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(5));
      try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
          Pretraining pretraining = new Pretraining(averaged, new Seed(5), manager);
          BatchStream stream = source.open(0)) {
        pretraining.run(stream::next, TrainingListener.NONE, () -> false);
        pretraining.artefact(Map.of()).save(file);
        try (Artefact written = Artefact.load(file, Kind.TEMPLATES, manager)) {
          double largest = 0;
          float[] now = pretraining.bank().arrays().get(matrix).toFloatArray();
          float[] average = written.bank().arrays().get(matrix).toFloatArray();
          for (int i = 0; i < now.length; i++) {
            largest = Math.max(largest, Math.abs(now[i] - average[i]));
          }
          if (decay < 0.5) {
            assertThat(largest).isLessThan(1e-6);
          } else {
            assertThat(largest).isGreaterThan(1e-4);
          }
          try (Templates learnt = pretraining.templates(Map.of("data.id", "these"), manager)) {
            assertThat(learnt.bank().arrays().get(matrix).toFloatArray()).isEqualTo(average);
            assertThat(learnt.provenance()).containsEntry("data.id", "these");
            assertThat(learnt.provenance()).containsEntry("steps", "20");
          }
          assertThat(pretraining.bank().arrays().get(matrix).toFloatArray())
              .as("still open")
              .isEqualTo(now);
        }
      }
    }
  }

  /** A full size that is sure of one class: whatever the labels say, that is what is learnt. */
  @Test
  void smallerSizesLearnWhatTheFullSizeSays() {
    assertThat(firstLoss(0, 0)).isGreaterThan(3);
    assertThat(firstLoss(0, 0.5)).isBetween(1.5, firstLoss(0, 0) - 1);
    assertThat(firstLoss(0, 1)).isLessThan(0.1);
    assertThat(firstLoss(1, 1)).as("the full size learns the labels").isGreaterThan(3);
  }

  /** A step at a smaller size that the full size teaches costs a pass of both. */
  @Test
  void countsTheMultiplicationsOfItsPasses() {
    long full = VIT.cost(FULL).macs();
    assertThat(macs(1, 0)).isEqualTo(6 * 16 * full);
    assertThat(macs(0, 0)).isBetween(1L, 6 * 16 * full - 1);
    assertThat(macs(0, 0.5)).isEqualTo(macs(0, 0) + 6 * 16 * full);
    assertThat(macs(1, 0.5)).isEqualTo(6 * 16 * full);
  }

  private static long macs(double fullShare, double teaching) {
    PretrainPlan plan =
        plan(6)
            .withSampling(sizes -> sizes.withFullShare(fullShare))
            .withOptions(PretrainOptions.standard().withInPlaceDistillation(teaching));
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(5));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan, new Seed(5), manager);
        BatchStream stream = source.open(0)) {
      pretraining.run(stream::next, TrainingListener.NONE, () -> false);
      return Long.parseLong(pretraining.artefact(Map.of()).header().provenance().get("macs"));
    }
  }

  private static double firstLoss(double fullShare, double weight) {
    PretrainPlan plan =
        plan(1)
            .withSampling(sizes -> sizes.withFullShare(fullShare))
            .withOptions(PretrainOptions.standard().withInPlaceDistillation(weight));
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(5));
    List<Double> losses = new ArrayList<>();
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan, new Seed(5), manager);
        BatchStream stream = source.open(0)) {
      pretraining.bank().arrays().get("head.bias").set(new NDIndex("0, 2"), 8f);
      pretraining.run(stream::next, report -> losses.add(report.loss()), () -> false);
    }
    return losses.get(0);
  }

  @Test
  void keepsTheNumberOfArraysConstant() {
    BatchSource source =
        new BatchSource(IMAGES, Normalisation.of(IMAGES), Augmentation.LIGHT, 16, new Seed(5));
    List<Integer> alive = new ArrayList<>();
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining pretraining = new Pretraining(plan(60), new Seed(5), manager);
        BatchStream stream = source.open(0)) {
      pretraining.run(
          stream::next, report -> alive.add(manager.getManagedArrays().size()), () -> false);
    }
    assertThat(alive.subList(1, 60)).containsOnly(alive.get(1));
  }

  @Test
  void saysHowItsArtefactCameToBe(@TempDir Path folder) {
    Path file = folder.resolve("t.safetensors");
    run(3, 9, file);
    var header = Artefact.inspect(file);
    assertThat(header.kind()).isEqualTo(Kind.TEMPLATES);
    assertThat(header.model().size()).isEqualTo("64x3");
    assertThat(header.model().options()).isEqualTo(VIT.options());
    assertThat(header.types()).isEqualTo(VIT.weights(FULL));
    assertThat(header.provenance())
        .containsEntry("seed", "9")
        .containsEntry("steps", "3")
        .containsEntry("batch_size", "16")
        .containsEntry("sampling.held_out", "32x2");
  }

  @Test
  void startsFromTemplatesThatAreThereAndLeavesThemAlone() {
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        SizedModel dense = SizedModel.random(VIT, FULL, manager, new Seed(8));
        NearestTemplates nearest =
            NearestTemplates.of(dense, new KroneckerConstraint(), new Seed(5), manager);
        Pretraining pretraining =
            new Pretraining(plan(3), nearest.templates(), new Seed(5), manager)) {
      NamedArrays given = nearest.templates().bank().arrays();
      String qkv = "blocks.{}.attn.qkv.weight";
      float[] before = given.get(qkv).toFloatArray();
      assertThat(pretraining.bank().arrays().get(qkv).toFloatArray()).isEqualTo(before);
      assertThat(pretraining.scalers().arrays().get(qkv).toFloatArray())
          .isEqualTo(nearest.templates().scalers().arrays().get(qkv).toFloatArray());
      BatchSource source =
          new BatchSource(
              IMAGES, Normalisation.of(IMAGES), Augmentation.NONE, 16, new Seed(5).child("data"));
      try (BatchStream stream = source.open(0)) {
        pretraining.run(stream::next, report -> {}, () -> false);
      }
      assertThat(pretraining.bank().arrays().get(qkv).toFloatArray()).isNotEqualTo(before);
      assertThat(given.get(qkv).toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void aPlanThatIsRefusedLeavesNothing() {
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      PretrainPlan nothingToDraw = plan(3).withSampling(sizes -> sizes.withMinimum(plan(3).size()));
      assertThatThrownBy(() -> new Pretraining(nothingToDraw, new Seed(5), manager))
          .isInstanceOf(WeitException.class);
      assertThat(manager.getManagedArrays()).isEmpty();
    }
  }

  @Test
  void refusesToStartFromTemplatesOfAnotherSize() {
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        SizedModel dense = SizedModel.random(VIT, new Size(64, 2), manager, new Seed(8));
        NearestTemplates nearest =
            NearestTemplates.of(dense, new KroneckerConstraint(), new Seed(5), manager)) {
      assertThatThrownBy(() -> new Pretraining(plan(3), nearest.templates(), new Seed(5), manager))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("templates to start from", "64x3", "64x2");
    }
  }

  @Test
  void answersAmongTheTargetsAreNotForInPlaceDistillation() {
    BatchSource source = plan(40).recipe().batches(IMAGES, Normalisation.of(IMAGES), new Seed(1));
    PretrainPlan inPlace = plan(40).withOptions(plan(40).options().withInPlaceDistillation(0.5));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        SizedModel teacher = SizedModel.random(VIT, new Size(32, 1), manager, new Seed(2));
        Pretraining pretraining = new Pretraining(inPlace, new Seed(1), manager)) {
      Distillation distillation = new Distillation(teacher::logits, TeachingOptions.of(0.5));
      Lesson asked = distillation.lesson(source, inPlace.recipe(), manager);
      assertThatThrownBy(() -> pretraining.run(asked, TrainingListener.NONE, () -> false))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("in-place distillation", "askedAtEveryStep");
      Lesson asking = distillation.askedAtEveryStep().lesson(source, inPlace.recipe(), manager);
      pretraining.run(asking, TrainingListener.NONE, () -> pretraining.position() == 2);
      assertThat(pretraining.position()).isEqualTo(2);
    }
  }

  @Test
  void goesOnFromTheTemplatesThatItStartedFromAlone(@TempDir Path folder) {
    CheckpointStore store = new CheckpointStore(folder, 1);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        Pretraining first = new Pretraining(plan(4), new Seed(1), manager);
        Pretraining second = new Pretraining(plan(4), new Seed(2), manager)) {
      Pretraining one =
          new Pretraining(plan(4), first.templates(Map.of(), manager), new Seed(9), manager);
      new Checkpointing(store, 1, one.resumable(Map.of())).save();
      Pretraining other =
          new Pretraining(plan(4), second.templates(Map.of(), manager), new Seed(9), manager);
      Checkpointing wrong = new Checkpointing(store, 1, other.resumable(Map.of()));
      assertThatThrownBy(() -> wrong.begin(Begin.RESUME))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("start.templates.sha256");
    }
  }
}
