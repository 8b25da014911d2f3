package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.LayerMixConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.templates.PretrainOptions;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Classification;
import io.github.weit.training.Objective;
import io.github.weit.training.Step;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParentTest {

  private static final Size FULL = new Size(12, 5);
  private static final Seed SEED = new Seed(4);
  private static final Set<Parent> SAMPLED =
      EnumSet.of(
          Parent.TEMPLATES, Parent.SUPERNET, Parent.TAUGHT_TEMPLATES, Parent.TAUGHT_SUPERNET);
  private static final BatchSource SOURCE =
      new BatchSource(Tiny.IMAGES, Tiny.normalisation(), Augmentation.NONE, 12, SEED.child("data"));

  private static PretrainPlan templates(long steps) {
    return PretrainPlan.of(Tiny.VIT, FULL, Tiny.recipe(steps));
  }

  private static Function<Classification, Objective<Batch>> task(Parent parent, NDManager manager) {
    return parent.distilled()
        ? Parent.distillation(Tiny.model(Tiny.VIT, new Size(8, 1), manager, 9))::of
        : network -> network;
  }

  @ParameterizedTest
  @EnumSource
  void trainingLowersTheLoss(Parent parent) {
    List<Double> losses = new ArrayList<>();
    try (NDManager manager = Tiny.manager();
        Pretraining run = new Pretraining(parent.plan(templates(80)), SEED, manager);
        BatchStream stream = SOURCE.open(0)) {
      run.run(
          stream::next, task(parent, manager), report -> losses.add(report.loss()), () -> false);
      assertThat(run.drawn().size() > 1).isEqualTo(SAMPLED.contains(parent));
    }
    double first = losses.subList(0, 5).stream().mapToDouble(x -> x).average().orElseThrow();
    double last = losses.subList(70, 80).stream().mapToDouble(x -> x).average().orElseThrow();
    assertThat(last).isLessThan(0.8 * first);
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptedRunEndsInTheSameFileAndTheFileGivesModels(Parent parent, @TempDir Path folder) {
    Path whole = folder.resolve("whole.safetensors");
    Path pieces = folder.resolve("pieces.safetensors");
    PretrainPlan plan = parent.plan(templates(5));
    CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"), 2);
    for (int round = 0; round < 3; round++) { // all steps; three of them; the rest
      try (NDManager manager = Tiny.manager();
          Pretraining run = new Pretraining(plan, SEED, manager)) {
        var resumable = run.resumable(Map.of());
        Checkpointing checkpointing = new Checkpointing(store, 3, resumable);
        if (round > 0) {
          checkpointing.begin(round == 1 ? Checkpointing.Begin.FRESH : Checkpointing.Begin.RESUME);
        }
        boolean stops = round == 1;
        try (BatchStream stream = SOURCE.open(resumable.position())) {
          run.run(
              stream::next,
              task(parent, manager),
              round == 0 ? report -> {} : checkpointing,
              () -> stops && resumable.position() == 3);
        }
        if (!stops) {
          run.artefact(Map.of()).save(round == 0 ? whole : pieces);
        }
      }
    }
    assertThat(pieces).hasSameBinaryContentAs(whole);
    try (NDManager manager = Tiny.manager();
        Templates learnt = Templates.load(whole, manager);
        SizedModel model = learnt.compose(new Size(12, 7), manager)) {
      assertThat(learnt.bank().constraint()).isEqualTo(plan.constraint());
      assertThat(model.logits(Tiny.images(manager, 2)).getShape()).isEqualTo(new Shape(2, 3));
    }
  }

  @Test
  void plansDifferInConstraintAndSamplingAlone() {
    PretrainPlan templates =
        templates(9)
            .withSampling(sizes -> sizes.withFullShare(0.25).withHeldOut(Set.of(new Size(8, 3))))
            .withOptions(PretrainOptions.standard().withRates(2, 3));
    assertThat(Parent.TEMPLATES.plan(templates)).isEqualTo(templates);
    assertThat(Parent.SUPERNET.plan(templates))
        .isEqualTo(
            templates
                .withConstraint(new DenseConstraint())
                .withOptions(PretrainOptions.standard().withRates(1, 1)));
    assertThat(Parent.DENSE.plan(templates))
        .isEqualTo(Parent.SUPERNET.plan(templates).withFullSizeAlone());
    assertThat(Parent.DISTILLED_TEMPLATES.plan(templates)).isEqualTo(templates.withFullSizeAlone());
    assertThat(Parent.DISTILLED_TEMPLATES.plan(templates).constraint())
        .isEqualTo(new KroneckerConstraint());
    assertThat(Parent.TAUGHT_TEMPLATES.plan(templates)).isEqualTo(templates);
    assertThat(Parent.TAUGHT_SUPERNET.plan(templates)).isEqualTo(Parent.SUPERNET.plan(templates));
    assertThat(Parent.LINEAR_LAYERS.plan(templates).constraint())
        .isEqualTo(new LayerMixConstraint(LayerMixConstraint.Rule.LINEAR));
    assertThat(Parent.STAGE_LAYERS.plan(templates).constraint())
        .isEqualTo(new LayerMixConstraint(LayerMixConstraint.Rule.STAGES));
    assertThat(Parent.STAGE_LAYERS.plan(templates).sampling().fullShare()).isEqualTo(1);
  }

  @Test
  void aStepOfASupernetMovesWhatItCutsAlone() {
    Size small = new Size(8, 2);
    Set<Size> others =
        Set.of(
            new Size(8, 3),
            new Size(8, 4),
            new Size(8, 5), //
            new Size(12, 2),
            new Size(12, 3),
            new Size(12, 4));
    PretrainPlan plan =
        Parent.SUPERNET.plan(
            PretrainPlan.of(Tiny.VIT, FULL, Tiny.recipe(2).withWeightDecay(0).withWarmup(0))
                .withSampling(
                    sizes -> sizes.withMinimum(small).withHeldOut(others).withFullShare(0)));
    try (NDManager manager = Tiny.manager();
        Pretraining run = new Pretraining(plan, SEED, manager);
        BatchStream stream = SOURCE.open(0)) {
      Map<String, float[]> before = Tiny.values(run.scalers().arrays());
      run.run(stream::next, report -> {}, () -> false);
      assertThat(run.drawn()).containsOnlyKeys(small);
      Map<String, float[]> after = Tiny.values(run.scalers().arrays());
      check(before, after, "blocks.{}.attn.qkv.weight", new int[] {5, 3, 12, 12}, 2, 3, 8, 8);
      check(before, after, "blocks.{}.attn.proj.weight", new int[] {5, 12, 12}, 2, 8, 8);
      check(before, after, "blocks.{}.mlp.fc1.weight", new int[] {5, 24, 12}, 2, 16, 8);
      check(before, after, "blocks.{}.mlp.fc2.weight", new int[] {5, 12, 24}, 2, 8, 16);
      check(before, after, "blocks.{}.norm2.weight", new int[] {5, 12}, 2, 8);
      check(before, after, "pos_embed", new int[] {1, 5, 12}, 1, 5, 8);
      check(before, after, "patch_embed.proj.weight", new int[] {12, 1, 4, 4}, 8, 1, 4, 4);
      check(before, after, "head.weight", new int[] {3, 12}, 3, 8);
    }
  }

  /** Entries within {@code moved} of every axis have moved, all others have not. */
  private static void check(
      Map<String, float[]> before,
      Map<String, float[]> after,
      String name,
      int[] shape,
      int... moved) {
    float[] old = before.get(name);
    float[] found = after.get(name);
    for (int flat = 0; flat < old.length; flat++) {
      int rest = flat;
      boolean inside = true;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        inside &= rest % shape[axis] < moved[axis];
        rest /= shape[axis];
      }
      assertThat(found[flat] != old[flat]).as("%s, entry %d", name, flat).isEqualTo(inside);
    }
  }

  @Test
  void distillationIsHalfOfDivergenceAndCrossEntropy() {
    try (NDManager manager = Tiny.manager();
        SizedModel teacher = Tiny.model(Tiny.VIT, new Size(4, 1), manager, 2)) {
      NDArray images = Tiny.images(manager, 2);
      double[][] v = rows(teacher.logits(images));
      double[][] z = {{0.5, -1, 2}, {1, 0.25, -0.75}};
      int[] labels = {2, 0};
      double expected = 0;
      for (int i = 0; i < 2; i++) {
        for (int c = 0; c < 3; c++) {
          double p = Math.exp(v[i][c] - logSum(v[i]));
          expected += p * (Math.log(p) - (z[i][c] - logSum(z[i]))) / 4;
        }
        expected -= (z[i][labels[i]] - logSum(z[i])) / 4;
      }
      NDArray logits = manager.create(new float[] {0.5f, -1, 2, 1, 0.25f, -0.75f}, new Shape(2, 3));
      NDArray targets = manager.create(new float[] {0, 0, 1, 1, 0, 0}, new Shape(2, 3));
      double found =
          Parent.distillation(teacher)
              .of((step, batch) -> logits)
              .loss(new Step(0, SEED), new Batch(images, targets), manager)
              .toFloatArray()[0];
      assertThat(found).isCloseTo(expected, within(1e-6));
    }
  }

  private static double[][] rows(NDArray logits) {
    float[] flat = logits.toFloatArray();
    double[][] rows = new double[flat.length / 3][3];
    for (int i = 0; i < flat.length; i++) {
      rows[i / 3][i % 3] = flat[i];
    }
    return rows;
  }

  private static double logSum(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += Math.exp(value);
    }
    return Math.log(sum);
  }

  @Test
  void sharedLayersNeedEnoughLayersInOneStage() {
    PretrainPlan shallow = PretrainPlan.of(Tiny.VIT, new Size(12, 4), Tiny.recipe(2));
    assertThat(Parent.LINEAR_LAYERS.plan(shallow).size()).isEqualTo(new Size(12, 4));
    assertThatThrownBy(() -> Parent.STAGE_LAYERS.plan(shallow))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("at least 5 layers", "12x4");
    PretrainPlan stages = PretrainPlan.of(Tiny.RES_NET, Size.parse("4x5-5"), Tiny.recipe(2));
    assertThatThrownBy(() -> Parent.LINEAR_LAYERS.plan(stages))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("one stage", "resnet");
  }

  @Test
  void theDenseParentIsAModelOfTheFullSize() {
    try (NDManager manager = Tiny.manager();
        Pretraining run = new Pretraining(Parent.DENSE.plan(templates(3)), SEED, manager)) {
      NamedArrays scalers = run.scalers().arrays();
      Templates learnt = new Templates(Tiny.VIT, FULL, run.bank(), run.scalers(), Map.of());
      try (SizedModel model = learnt.compose(FULL, manager)) {
        float[] stack = scalers.get("blocks.{}.mlp.fc1.bias").toFloatArray();
        assertThat(stack).hasSize(5 * 24);
        assertThat(model.weights().elements()).isEqualTo(scalers.elements());
        assertThat(model.weights().get("head.weight").toFloatArray())
            .isEqualTo(scalers.get("head.weight").toFloatArray());
      }
    }
  }
}
