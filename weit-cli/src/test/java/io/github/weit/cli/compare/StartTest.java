package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.ComposedTemplates;
import io.github.weit.baselines.FittedTemplates;
import io.github.weit.baselines.FittedWeights;
import io.github.weit.baselines.Fitting;
import io.github.weit.baselines.Ligo;
import io.github.weit.baselines.Parent;
import io.github.weit.baselines.SharedLayers;
import io.github.weit.baselines.Stacking;
import io.github.weit.baselines.SupernetCut;
import io.github.weit.baselines.WeightSelection;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method starts from its own parent. */
class StartTest {

  private static final Size FULL = new Size(32, 5); // SWS shares five layers
  private static final int BATCH = 4;
  private static final ImageSet IMAGES =
      ImageSet.of(
          "grey", List.of("a", "b"), 1, 8, 8, new int[] {0, 1, 0, 1, 0, 1}, new byte[6 * 64]);
  private static final Vit VIT = Vit.small(8, 1, 2);

  @TempDir private static Path folder;
  private static NDManager manager;
  private static Parents parents;

  @BeforeAll
  static void learn() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    parents = new Parents(folder, manager);
    PretrainPlan plan = PretrainPlan.of(VIT, FULL, Recipe.of(1, BATCH)).withFullSizeAlone();
    parents.learn(
        EnumSet.allOf(Parent.class),
        plan,
        new Seed(0),
        IMAGES,
        parent -> TrainingListener.NONE,
        () -> false);
  }

  @AfterAll
  static void close() {
    parents.close();
    manager.close();
  }

  private static Start start(String method) {
    Recipe recipe = Recipe.of(3, BATCH);
    Plan plan =
        new Plan(
            List.of(method),
            List.of(FULL),
            List.of(1L),
            recipe,
            BATCH,
            TeachingOptions.of(0.5),
            recipe,
            Map.of(),
            6,
            List.of(1),
            List.of(1),
            0.25);
    Fitting fitting = Fitting.of(IMAGES, Normalisation.of(IMAGES), recipe);
    return Start.of(Contender.of(method), VIT, parents, fitting, plan);
  }

  private static FittedTemplates fitted(String method) {
    return (FittedTemplates) start(method).first();
  }

  @Test
  void templatesAreThoseOfTheMethod() {
    assertThat(fitted("weit").templates()).isSameAs(parents.get(Parent.TEMPLATES));
    assertThat(fitted("wave").templates()).isSameAs(parents.get(Parent.DISTILLED_TEMPLATES));
    assertThat(fitted("supernet-fitted").templates()).isSameAs(parents.get(Parent.SUPERNET));
    assertThat(fitted("weit-taught").templates()).isSameAs(parents.get(Parent.TAUGHT_TEMPLATES));
    assertThat(fitted("supernet-taught").templates()).isSameAs(parents.get(Parent.TAUGHT_SUPERNET));
    assertThat(((ComposedTemplates) start("weit-unfitted").first()).templates())
        .isSameAs(parents.get(Parent.TEMPLATES));
    assertThat(((SupernetCut) start("supernet").first()).supernet())
        .isSameAs(parents.get(Parent.SUPERNET));
    assertThat(((SharedLayers) start("tleg").first()).learnt())
        .isSameAs(parents.get(Parent.LINEAR_LAYERS));
    assertThat(((SharedLayers) start("sws").first()).learnt())
        .isSameAs(parents.get(Parent.STAGE_LAYERS));
  }

  @Test
  void whatGrowsOrIsSelectedIsOfTheDenseModel() {
    assertThat(((WeightSelection) start("weight-selection").first()).parent())
        .isSameAs(parents.dense());
    assertThat(((Stacking) start("stacking").first()).parent()).isSameAs(parents.dense());
    assertThat(((Ligo) start("ligo").first()).parent()).isSameAs(parents.dense());
    FittedWeights selected = (FittedWeights) start("weight-selection-fitted").first();
    assertThat(((WeightSelection) selected.first()).parent()).isSameAs(parents.dense());
  }

  @Test
  void fitsAreTaughtAlikeAndCounted() {
    for (String method :
        List.of("weit", "wave", "weit-taught", "supernet-fitted", "supernet-taught")) {
      assertThat(fitted(method))
          .as(method)
          .extracting(FittedTemplates::teaching, FittedTemplates::unevenness)
          .containsExactly(TeachingOptions.of(0.5), 0.25);
      assertThat(start(method).fitSteps()).as(method).isEqualTo(3);
      assertThat(start(method).before()).as(method).isPresent();
    }
    long weights = VIT.cost(FULL).parameters();
    assertThat(start("supernet-fitted").fitted().applyAsLong(FULL)).isEqualTo(weights);
    assertThat(start("weight-selection-fitted").fitted().applyAsLong(FULL)).isEqualTo(weights);
    assertThat(start("scratch-fitted").fitted().applyAsLong(FULL)).isEqualTo(weights);
    assertThat(((FittedWeights) start("scratch-fitted").first()).teaching().orElseThrow().options())
        .isEqualTo(TeachingOptions.of(0.5));
    assertThat(start("weit").fitted().applyAsLong(FULL))
        .isEqualTo(parents.get(Parent.TEMPLATES).scalers().parameters());
    assertThat(start("scratch").fitSteps()).isZero();
  }
}
