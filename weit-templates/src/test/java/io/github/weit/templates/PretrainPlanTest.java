package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.Seed;
import io.github.weit.models.ConvCut;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import io.github.weit.training.Recipe;
import io.github.weit.training.Step;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PretrainPlanTest {

  private static final Size FULL = new Size(96, 4);
  private static final Size HELD_OUT = new Size(32, 2);

  private static final PretrainPlan PUBLISHED =
      PretrainPlan.of(Vit.small(32, 3, 10), FULL, Recipe.of(1_000, 8))
          .withSampling(sizes -> sizes.withHeldOut(Set.of(HELD_OUT)));

  @Test
  void tunedChangesWhatIsTemplatedRatesAndWhatIsDrawn() {
    PretrainPlan tuned = PUBLISHED.tuned();
    assertThat(tuned.sampling())
        .isEqualTo(new Sampling(0.5, 0.5, new Size(32, 1), new Size(192, 8), Set.of(HELD_OUT)));
    assertThat(tuned.constraint()).isEqualTo(new MatricesOnlyConstraint(new KroneckerConstraint()));
    assertThat(tuned.options()).isEqualTo(PUBLISHED.options().withRates(16, 0.125));
    assertThat(tuned)
        .extracting(PretrainPlan::family, PretrainPlan::size, PretrainPlan::recipe)
        .containsExactly(
            Vit.small(32, 3, 10).withCut(TemplateCut.standard().withManyTerms()),
            FULL,
            PUBLISHED.recipe().withCooldown(0.4));
  }

  @Test
  void tunedDrawsOtherSizesInItsSecondHalfAlone() {
    SizeSampler sampler = PUBLISHED.tuned().sampler();
    assertThat(LongStream.range(0, 500).mapToObj(step -> drawn(sampler, step))).containsOnly(FULL);
    assertThat(LongStream.range(500, 1_000).mapToObj(step -> drawn(sampler, step)))
        .contains(FULL, new Size(32, 1), new Size(64, 8), new Size(128, 2))
        .doesNotContain(HELD_OUT);
  }

  private static Size drawn(SizeSampler sampler, long step) {
    return sampler.draw(new Step(step, new Seed(7).child(step)));
  }

  @Test
  void tunedBoundsEveryStageOfAResidualNetworkAndKeepsTemplatesOfEverything() {
    Size stages = new Size(32, List.of(2, 3, 7));
    PretrainPlan published = PretrainPlan.of(ResNet.small(32, 3, 10), stages, Recipe.of(8, 8));
    PretrainPlan tuned = published.tuned();
    assertThat(tuned)
        .extracting(PretrainPlan::family, PretrainPlan::constraint, PretrainPlan::options)
        .containsExactly(
            ResNet.small(32, 3, 10).withCut(ConvCut.standard().withManyTerms()),
            published.constraint(),
            published.options().withRates(16, 1));
    assertThat(tuned.sampling())
        .extracting(Sampling::minimum, Sampling::maximum)
        .containsExactly(new Size(8, List.of(1, 1, 2)), new Size(64, List.of(4, 6, 14)));
  }

  @Test
  void tunedKeepsHowWideTemplatesAreAndWhoSharesThem() {
    Vit heads48 = Vit.deit(10).withHeads(48, new TemplateCut(48, 16, 32, 4));
    assertThat(tuned(heads48, new Size(96, 4)).family())
        .isEqualTo(heads48.withCut(new TemplateCut(48, 64, 128, 4)));
    Vit narrow = Vit.small(32, 3, 10).withHeads(16, new TemplateCut(16, 1, 1, 1));
    assertThat(tuned(narrow, new Size(48, 6)).family())
        .isEqualTo(narrow.withCut(new TemplateCut(16, 64, 128, 4)));
    ResNet stages =
        ResNet.small(32, 3, 10).withCut(new ConvCut(16, 1, 1, 1, ConvCut.Sharing.STAGE));
    assertThat(tuned(stages, new Size(16, List.of(1, 1, 1))).family())
        .isEqualTo(stages.withCut(new ConvCut(16, 128, 32, 8, ConvCut.Sharing.STAGE)));
  }

  private static PretrainPlan tuned(Family family, Size size) {
    PretrainPlan plan = PretrainPlan.of(family, size, Recipe.of(8, 8)).tuned();
    plan.family().requireLegal(size);
    return plan;
  }

  @Test
  void tunedLeavesRatesOfAFamilyThatNobodyMeasured() {
    ConvNext net = new ConvNext(32, 3, 10, 2, 3, ConvCut.standard());
    PretrainPlan published = PretrainPlan.of(net, new Size(16, List.of(2, 2, 2)), Recipe.of(8, 8));
    assertThat(net.longTraining()).isEmpty();
    assertThat(published.tuned())
        .extracting(PretrainPlan::family, PretrainPlan::constraint, PretrainPlan::options)
        .containsExactly(net, published.constraint(), published.options());
  }

  @Test
  void theFullSizeIsNeverSaidToBeUnseen() {
    PretrainPlan plan = PUBLISHED.withSampling(sizes -> sizes.withHeldOut(Set.of(FULL, HELD_OUT)));
    assertThat(plan.facts()).containsEntry(SizeSampler.HELD_OUT, "32x2");
    SizeSampler sampler = plan.sampler();
    assertThat(LongStream.range(0, 50).mapToObj(step -> drawn(sampler, step)))
        .contains(FULL)
        .doesNotContain(HELD_OUT);
  }
}
