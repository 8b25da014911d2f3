package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FittedTemplatesTest {

  private static final Seed SEED = new Seed(3);

  private NDManager manager;
  private Templates templates;

  @BeforeEach
  void learn() {
    manager = Tiny.manager();
    templates =
        SupernetCutTest.learnt(Tiny.VIT, new Size(8, 3), new KroneckerConstraint(), manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Map<String, float[]> weights(Size size, Fitting fitting, Seed seed) {
    try (SizedModel found =
        FittedTemplates.wave(templates, 0.5, fitting).initialise(size, manager, seed)) {
      return Tiny.values(found);
    }
  }

  @Test
  void isTheLearntTemplatesWithScalersFittedFromTheLearntOnes() {
    Size size = new Size(16, 2);
    Map<String, float[]> before = Tiny.values(templates.bank().arrays());
    Map<String, float[]> scalers = Tiny.values(templates.scalers().arrays());
    Map<String, float[]> found = weights(size, Tiny.fitting(3), SEED);
    Resize rule = Resize.standard().withUnevenness(0.5, SEED.child("resize"));
    Recipe recipe = Tiny.recipe(3).withLearningRate(1e-2 * templates.size().width() / 16);
    BatchSource source =
        new BatchSource(
            Tiny.IMAGES, Tiny.normalisation(), Augmentation.NONE, 12, SEED.child("data"));
    try (ScalerSet start = templates.scalersFor(size, rule, manager);
        ScalerFit fit =
            new ScalerFit(Tiny.VIT, size, templates.bank(), start, recipe, SEED, manager);
        BatchStream stream = source.open(0)) {
      fit.run(stream::next, TrainingListener.NONE, () -> false);
      assertThat(found)
          .usingRecursiveComparison()
          .isEqualTo(Tiny.values(templates.bank().compose(fit.scalers())))
          .isNotEqualTo(Tiny.values(templates.bank().compose(start)));
    }
    assertThat(Tiny.values(templates.bank().arrays())).usingRecursiveComparison().isEqualTo(before);
    assertThat(Tiny.values(templates.scalers().arrays()))
        .usingRecursiveComparison()
        .isEqualTo(scalers);
  }

  @Test
  void keepsNothingButTheModel() {
    int before = manager.getManagedArrays().size();
    try (SizedModel found =
        FittedTemplates.wave(templates, 0.5, Tiny.fitting(2))
            .initialise(new Size(12, 4), manager, SEED)) {
      assertThat(manager.getManagedArrays()).hasSize(before + found.weights().size());
    }
  }

  @Test
  void oneSeedGivesOneModel() {
    Size size = new Size(16, 2);
    assertThat(weights(size, Tiny.fitting(2), SEED))
        .usingRecursiveComparison()
        .isEqualTo(weights(size, Tiny.fitting(2), SEED))
        .isNotEqualTo(weights(size, Tiny.fitting(2), new Seed(4)));
  }

  @Test
  void theFullSizeTeachesItIfAsked() {
    Size size = new Size(12, 2);
    Map<String, float[]> ofLabels = weights(size, Tiny.fitting(3), SEED);
    int before = manager.getManagedArrays().size();
    FittedTemplates taught =
        new FittedTemplates("weit", templates, 0.5, Tiny.fitting(3), TeachingOptions.of(0.5));
    try (SizedModel found = taught.initialise(size, manager, SEED)) {
      assertThat(manager.getManagedArrays()).hasSize(before + found.weights().size());
      assertThat(Tiny.values(found)).usingRecursiveComparison().isNotEqualTo(ofLabels);
    }
  }

  /** The definition: a plain step of AdamW on every weight of the supernet's part. */
  @Test
  void ofASupernetEveryWeightIsFitted() {
    Size size = new Size(16, 2);
    try (Templates supernet =
            SupernetCutTest.learnt(Tiny.VIT, new Size(8, 3), new DenseConstraint(), manager);
        SizedModel cut = new SupernetCut(supernet, 0).initialise(size, manager, SEED);
        SizedModel found =
            FittedTemplates.supernet(supernet, 0, Tiny.fitting(1), TeachingOptions.of(1))
                .initialise(size, manager, SEED)) {
      Map<String, float[]> before = Tiny.values(cut);
      Map<String, float[]> after = Tiny.values(found);
      double rate = 1e-2 * 8 / 16; // AdamW's first step is the rate, whatever the gradient is
      assertThat(after.keySet()).isEqualTo(before.keySet());
      after.forEach(
          (name, values) -> {
            double largest = 0;
            for (int i = 0; i < values.length; i++) {
              largest = Math.max(largest, Math.abs(values[i] - before.get(name)[i]));
            }
            assertThat(largest).as(name).isCloseTo(rate, Percentage.withPercentage(20));
          });
    }
  }

  @Test
  void refusesSizesWithoutALearntCounterpart() {
    FittedTemplates wave = FittedTemplates.wave(templates, 0, Tiny.fitting(2));
    assertThat(wave.name()).isEqualTo("wave");
    assertThat(wave.refusal(new Size(20, 7))).isEmpty();
    assertThat(wave.refusal(new Size(18, 7)).orElseThrow()).contains("width 18");
    Templates net =
        SupernetCutTest.learnt(
            Tiny.RES_NET, Size.parse("4x1-1"), new KroneckerConstraint(), manager);
    assertThat(
            new FittedTemplates("weit", net, 0, Tiny.fitting(2), TeachingOptions.LABELS)
                .refusal(Size.parse("4x1-2"))
                .orElseThrow())
        .contains("layer2.{1}");
  }

  @Test
  void imagesOfOtherClassesAreRefused() {
    ImageSet other =
        ImageSet.of(
            "other",
            List.of("a"),
            1,
            Tiny.IMAGES.height(),
            Tiny.IMAGES.width(),
            new int[12],
            new byte[12 * Tiny.IMAGES.imageBytes()]);
    Fitting fitting = Fitting.of(other, Tiny.normalisation(), Tiny.recipe(2));
    assertThatThrownBy(() -> weights(new Size(16, 2), fitting, SEED))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("tells 3 classes apart, other has 1");
  }
}
