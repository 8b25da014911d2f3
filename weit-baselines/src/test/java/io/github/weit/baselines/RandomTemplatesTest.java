package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RandomTemplatesTest {

  private static final KroneckerConstraint KRONECKER = new KroneckerConstraint();

  static Stream<Arguments> families() {
    return Stream.of(
        Arguments.of(Tiny.VIT, new Size(8, 2)), Arguments.of(Tiny.RES_NET, Size.parse("4x1-2")));
  }

  private static Map<String, float[]> weights(
      Family family, Size size, Fitting fitting, long seed) {
    try (NDManager manager = Tiny.manager();
        SizedModel model =
            new RandomTemplates(family, KRONECKER, size, fitting)
                .initialise(size, manager, new Seed(seed))) {
      return Tiny.values(model);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void isUntrainedTemplatesWithFittedScalers(Family family, Size size) {
    Seed seed = new Seed(3);
    Map<String, float[]> found = weights(family, size, Tiny.fitting(3), 3);
    try (NDManager manager = Tiny.manager()) {
      TemplateBank bank = TemplateBank.create(KRONECKER, family.weights(size), manager, seed);
      ScalerSet start = ScalerSet.create(KRONECKER, family.weights(size), manager, seed);
      BatchSource source =
          new BatchSource(
              Tiny.IMAGES, Tiny.normalisation(), Augmentation.NONE, 12, seed.child("data"));
      try (ScalerFit fit = new ScalerFit(family, size, bank, start, Tiny.recipe(3), seed, manager);
          BatchStream stream = source.open(0)) {
        fit.run(stream::next, TrainingListener.NONE, () -> false);
        assertThat(found)
            .usingRecursiveComparison()
            .isEqualTo(Tiny.values(bank.compose(fit.scalers())));
        assertThat(found).usingRecursiveComparison().isNotEqualTo(Tiny.values(bank.compose(start)));
      }
    }
  }

  /** At half of the width that the recipe is for: twice the rate. */
  @Test
  void theRateOfTheFitGoesWithTheWidth() {
    Size half = new Size(8, 2);
    Fitting fitting = Tiny.fitting(3);
    double rate = fitting.recipe().learningRate();
    Fitting faster =
        Fitting.of(
            fitting.images(), fitting.normalisation(), fitting.recipe().withLearningRate(2 * rate));
    try (NDManager manager = Tiny.manager();
        SizedModel scaled =
            new RandomTemplates(Tiny.VIT, KRONECKER, new Size(16, 2), fitting)
                .initialise(half, manager, new Seed(1))) {
      assertThat(Tiny.values(scaled))
          .usingRecursiveComparison()
          .isEqualTo(weights(Tiny.VIT, half, faster, 1))
          .isNotEqualTo(weights(Tiny.VIT, half, fitting, 1));
    }
  }

  @Test
  void theFitLowersTheLossAndCanBeStopped() {
    List<Double> losses = new ArrayList<>();
    Fitting whole = Tiny.fitting(60);
    Fitting followed =
        new Fitting(
            whole.images(),
            whole.normalisation(),
            whole.recipe().withLearningRate(5e-2),
            report -> losses.add(report.loss()),
            () -> losses.size() == 50);
    weights(Tiny.VIT, new Size(8, 2), followed, 1);
    assertThat(losses).hasSize(50);
    assertThat(losses.get(0)).isGreaterThan(0.9); // log 3 = 1.099
    assertThat(losses.get(49)).isLessThan(0.8);
  }

  @Test
  void whatTeachesChangesWhatIsFitted() {
    Size size = new Size(8, 1);
    try (NDManager manager = Tiny.manager();
        SizedModel teacher = SizedModel.random(Tiny.VIT, new Size(8, 2), manager, new Seed(9));
        SizedModel taught =
            new RandomTemplates(
                    Tiny.VIT,
                    KRONECKER,
                    new Size(8, 2),
                    Tiny.fitting(3),
                    Optional.of(new FullSizeTeaching(teacher, 1, Precision.FLOAT32)))
                .initialise(size, manager, new Seed(1))) {
      RandomTemplates labels =
          new RandomTemplates(Tiny.VIT, KRONECKER, new Size(8, 2), Tiny.fitting(3));
      try (SizedModel fitted = labels.initialise(size, manager, new Seed(1))) {
        assertThat(Tiny.values(taught))
            .usingRecursiveComparison()
            .isNotEqualTo(Tiny.values(fitted));
      }
    }
  }

  @Test
  void oneSeedGivesOneModel() {
    Size size = new Size(8, 1);
    assertThat(weights(Tiny.VIT, size, Tiny.fitting(2), 1))
        .usingRecursiveComparison()
        .isEqualTo(weights(Tiny.VIT, size, Tiny.fitting(2), 1))
        .isNotEqualTo(weights(Tiny.VIT, size, Tiny.fitting(2), 2));
  }

  @Test
  void refusesSizesThatTheFamilyHasNot() {
    RandomTemplates random =
        new RandomTemplates(Tiny.VIT, KRONECKER, new Size(8, 2), Tiny.fitting(2));
    assertThat(random.refusal(new Size(8, 2))).isEmpty();
    assertThat(random.refusal(new Size(7, 2)).orElseThrow()).contains("width 7");
    assertThat(random.name()).isEqualTo("random-templates");
  }
}
