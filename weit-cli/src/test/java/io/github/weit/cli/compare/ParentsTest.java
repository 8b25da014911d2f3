package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Parent;
import io.github.weit.cli.report.MethodFacts;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainOptions;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentsTest {

  private static final Size FULL = new Size(32, 2);
  private static final int STEPS = 4;
  private static final int BATCH = 4;
  private static final ImageSet IMAGES =
      ImageSet.of(
          "grey", List.of("a", "b"), 1, 8, 8, new int[] {0, 1, 0, 1, 0, 1}, new byte[6 * 64]);
  private static final PretrainPlan PLAN =
      PretrainPlan.of(
              Vit.small(8, 1, 2), FULL, Recipe.of(STEPS, BATCH).withAugmentation(Augmentation.FLIP))
          .withFullSizeAlone();

  @TempDir private Path folder;
  private NDManager manager;
  private Parents parents;
  private final List<Parent> trained = new ArrayList<>();

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    parents = new Parents(folder, manager);
  }

  @AfterEach
  void close() {
    parents.close();
    manager.close();
  }

  private boolean learn(Set<Parent> wanted, BooleanSupplier stop) {
    Parents.Observer observer =
        parent -> {
          trained.add(parent);
          return TrainingListener.NONE;
        };
    return parents.learn(wanted, PLAN, new Seed(0), IMAGES, observer, stop);
  }

  @Test
  void whatIsDistilledComesAfterItsTeacherAndNothingIsTrainedTwice() {
    assertThat(learn(EnumSet.of(Parent.DISTILLED_TEMPLATES), () -> false)).isTrue();
    assertThat(trained).containsExactly(Parent.DENSE, Parent.DISTILLED_TEMPLATES);
    assertThat(learn(EnumSet.of(Parent.DENSE, Parent.DISTILLED_TEMPLATES), () -> false)).isTrue();
    assertThat(trained).hasSize(2);
    assertThat(learn(EnumSet.of(Parent.TAUGHT_TEMPLATES), () -> false)).isTrue();
    assertThat(trained.subList(2, trained.size())).containsExactly(Parent.TAUGHT_TEMPLATES);
  }

  /** It learns what is free meanwhile, and is stopped while it would wait. */
  @Test
  void whatAnotherIsAtIsLeftToIt() {
    try (Claims other = new Claims(folder.resolve("claims"));
        Claim claim = other.claim(Parent.DENSE.name())) {
      assertThat(claim.granted()).isTrue();
      BooleanSupplier stop = () -> Files.exists(parents.file(Parent.TEMPLATES));
      Set<Parent> wanted = EnumSet.of(Parent.DENSE, Parent.TEMPLATES, Parent.DISTILLED_TEMPLATES);
      assertThat(learn(wanted, stop)).isFalse();
    }
    assertThat(trained).containsExactly(Parent.TEMPLATES);
    assertThat(parents.file(Parent.DENSE)).doesNotExist();
  }

  /** Instead of waiting for long it is interrupted. */
  @Test
  void waitingForAnotherIsSaid() {
    List<Parent> awaited = new ArrayList<>();
    Parents.Observer observer =
        new Parents.Observer() {
          @Override
          public TrainingListener training(Parent parent) {
            return TrainingListener.NONE;
          }

          @Override
          public void waiting(Parent parent) {
            awaited.add(parent);
            Thread.currentThread().interrupt();
          }
        };
    Set<Parent> wanted = EnumSet.of(Parent.DENSE, Parent.DISTILLED_TEMPLATES);
    try (Claims other = new Claims(folder.resolve("claims"));
        Claim claim = other.claim(Parent.DENSE.name())) {
      assertThat(claim.granted()).isTrue();
      assertThatThrownBy(
              () -> parents.learn(wanted, PLAN, new Seed(0), IMAGES, observer, () -> false))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("interrupted while another process pre-trains");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(awaited).containsExactly(Parent.DENSE);
  }

  @Test
  void aFileIsHashedOnce() throws IOException {
    learn(EnumSet.of(Parent.TEMPLATES), () -> false);
    String hash = parents.sha256(Parent.TEMPLATES);
    Files.delete(parents.file(Parent.TEMPLATES));
    assertThat(parents.sha256(Parent.TEMPLATES)).isEqualTo(hash);
  }

  private ParentCheck check(PretrainPlan now, long seed) {
    Path file = parents.file(Parent.TEMPLATES);
    return ParentCheck.of(file, Parent.TEMPLATES, now, new Seed(seed));
  }

  @Test
  void whatIsTrainedBesideTemplatesIsOfTheirSizeAndSeed() {
    learn(EnumSet.of(Parent.TEMPLATES), () -> false);
    Path missing = parents.file(Parent.SUPERNET);
    Recipe longer = PLAN.recipe().withSteps(STEPS + 1).withLearningRate(0.5);
    PretrainPlan slower = PLAN.withRecipe(longer);
    assertThat(check(slower, 0).plan(slower, missing)).isEqualTo(slower);
    assertThat(check(slower, 0).taken())
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .contains("templates.safetensors is there, of size 32x2, 4 steps and seed 0")
                    .endsWith("asked for now is another: recipe, --pretrain-steps"));
    assertThat(check(PLAN, 0).taken()).isEmpty();

    PretrainPlan other =
        PretrainPlan.of(Vit.small(8, 1, 2), new Size(64, 2), PLAN.recipe())
            .withSampling(sizes -> sizes.withFullFirst(0.5));
    assertThatThrownBy(() -> check(other, 1).plan(other, missing))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(
            "supernet.safetensors is missing",
            "templates.safetensors",
            "expected --size 32x2, found 64x2",
            "expected --pretrain-seed 0, found 1",
            "expected --full-first 0.0, found 0.5",
            "expected --full-share 1.0, found 0.5",
            "--parents");
  }

  @Test
  void whatIsTrainedBesideTemplatesDrawsTheirSizes() {
    Set<Size> heldOut = Set.of(new Size(32, 1));
    PretrainPlan sampled =
        PretrainPlan.of(Vit.small(8, 1, 2), new Size(32, 3), PLAN.recipe())
            .withSampling(sizes -> sizes.withHeldOut(heldOut));
    parents.learn(
        EnumSet.of(Parent.TEMPLATES),
        sampled,
        new Seed(0),
        IMAGES,
        parent -> TrainingListener.NONE,
        () -> false);
    PretrainPlan now = sampled.withSampling(sizes -> sizes.withHeldOut(Set.of(new Size(32, 2))));
    PretrainPlan beside = check(now, 0).plan(now, parents.file(Parent.SUPERNET));
    assertThat(beside.sampling().heldOut()).isEqualTo(heldOut);
    assertThat(check(now, 0).taken()).isEmpty();
  }

  /**
   * Templates by themselves, three forward passes for each image; distilled ones with the teacher's
   * training and all it says, one pass each.
   */
  @Test
  void theCostOfWhatIsDistilledHasItsTeacherIn() {
    learn(
        EnumSet.of(
            Parent.TEMPLATES,
            Parent.SUPERNET,
            Parent.DISTILLED_TEMPLATES,
            Parent.TAUGHT_TEMPLATES,
            Parent.TAUGHT_SUPERNET),
        () -> false);
    double training = 3.0 * STEPS * BATCH * PLAN.family().cost(FULL).macs();
    double said = 2.0 * IMAGES.size() * PLAN.family().cost(FULL).macs(); // of each view once
    assertThat(macs("weit")).isCloseTo(training, within(1.0));
    assertThat(macs("weight-selection")).isCloseTo(training, within(1.0));
    assertThat(macs("wave")).isCloseTo(2 * training + said, within(1.0));
    assertThat(macs("weit-taught")).isCloseTo(macs("weit") + training + said, within(1.0));
    assertThat(macs("supernet-taught")).isCloseTo(macs("supernet") + training + said, within(1.0));
  }

  /** As any teacher's. */
  @Test
  void whatTheFullSizeSaysInPreTrainingCountsOnce() {
    PretrainPlan plan =
        PretrainPlan.of(Vit.small(8, 1, 2), FULL, Recipe.of(STEPS, BATCH))
            .withSampling(sizes -> sizes.withMinimum(new Size(32, 1)).withFullShare(0))
            .withOptions(PretrainOptions.standard().withInPlaceDistillation(0.5));
    parents.learn(
        EnumSet.of(Parent.TEMPLATES),
        plan,
        new Seed(0),
        IMAGES,
        parent -> TrainingListener.NONE,
        () -> false);
    double images = (double) STEPS * BATCH;
    double small = 3.0 * images * plan.family().cost(new Size(32, 1)).macs();
    double said = images * plan.family().cost(FULL).macs();
    assertThat(macs("weit")).isCloseTo(small + said, within(1.0));
  }

  @Test
  void randomTemplatesHaveTheCostOfWhatTeachesThem() {
    learn(EnumSet.of(Parent.TEMPLATES), () -> false);
    MethodFacts taught = facts("random-templates", 1);
    assertThat(taught.parent().orElseThrow().name()).isEqualTo("templates as teacher");
    assertThat(taught.parent().orElseThrow().macs()).isEqualTo(described("weit").macs());
    assertThat(taught.taughtMacs()).isEqualTo(facts("weit", 1).taughtMacs());
    assertThat(taught.taughtMacs().orElseThrow()).isPositive();
    assertThat(taught.sentence())
        .endsWith("distilled from the full-size model's predictions, without labels.");
    MethodFacts alone = facts("random-templates", 0);
    assertThat(alone.parent()).isEmpty();
    assertThat(alone.taughtMacs()).hasValue(0);
  }

  /** Mirror images are spoken of where there are some. */
  @Test
  void howTheFullSizeIsAskedIsSaid() {
    learn(EnumSet.of(Parent.TEMPLATES), () -> false);
    TeachingOptions soft = TeachingOptions.TUNED.withTemperature(2);
    Recipe plain = Recipe.of(1, BATCH).withAugmentation(Augmentation.NONE);
    assertThat(facts("weit", soft, plain).sentence())
        .endsWith("the full-size model's predictions at a temperature of 2.0, without labels.");
    Recipe mirrored = plain.withAugmentation(Augmentation.FLIP);
    assertThat(facts("weit", soft, mirrored).sentence())
        .contains("predictions (the mean over an image and its mirror image) at a temperature");
    assertThat(facts("weit", soft, mirrored).taughtMacs().orElseThrow())
        .as("steps are few, so it is asked of two images at each")
        .isEqualTo(2 * facts("weit", soft, plain).taughtMacs().orElseThrow());
  }

  @Test
  void whatATeacherSaidThatIsGoneIsNotKnown() {
    MethodFacts facts = facts("weit", 1);
    assertThat(facts.lost()).isEqualTo("templates");
    assertThat(facts.parent()).isEmpty();
    assertThat(facts.taughtMacs()).isEmpty();
    assertThat(facts("weit", 0).taughtMacs()).hasValue(0);
  }

  /** Of templates with the scalers that they are of no use without; of a dense model all. */
  @Test
  void whatIsKeptOfAParentIsCountedWhole() {
    learn(EnumSet.of(Parent.TEMPLATES, Parent.DENSE), () -> false);
    Templates learnt = parents.get(Parent.TEMPLATES);
    long scalers = learnt.scalers().parameters();
    assertThat(scalers).isPositive();
    assertThat(described("weit").parameters()).isEqualTo(learnt.bank().parameters() + scalers);
    assertThat(described("weight-selection").parameters())
        .isEqualTo(PLAN.family().cost(FULL).parameters());
  }

  private double macs(String method) {
    return described(method).macs();
  }

  private MethodFacts.Parent described(String method) {
    return facts(method, 0).parent().orElseThrow();
  }

  private MethodFacts facts(String method, double teaching) {
    return facts(method, TeachingOptions.of(teaching), Recipe.of(1, BATCH));
  }

  private MethodFacts facts(String method, TeachingOptions teaching, Recipe fit) {
    Plan plan =
        new Plan(
            List.of(method),
            List.of(FULL),
            List.of(1L),
            fit,
            BATCH,
            teaching,
            Recipe.of(1, BATCH),
            Map.of(),
            6,
            List.of(1),
            List.of(1),
            0);
    return new Descriptions(parents)
        .of(Contender.of(method), plan, (contender, size) -> Optional.empty());
  }
}
