package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.ConvCut;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.training.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SizeSamplerTest {

  private static final Vit VIT = Vit.small(32, 3, 10);
  private static final Size FULL = new Size(96, 4);
  private static final Size MINIMUM = new Size(32, 2);

  private static SizeSampler sampler(
      Family family, Size full, double fullShare, Size minimum, Size maximum, Set<Size> heldOut) {
    return new SizeSampler(
        family, full, new Sampling(0, fullShare, minimum, maximum, heldOut), 1_000);
  }

  private static Map<Size, Integer> draw(SizeSampler sampler, int count) {
    Map<Size, Integer> drawn = new HashMap<>();
    for (int i = 0; i < count; i++) {
      drawn.merge(sampler.draw(new Step(i, new Seed(7).child(i))), 1, Integer::sum);
    }
    return drawn;
  }

  @Test
  void drawsTheFullSizeItsShareAndWidthsAndTheirDepthsEquallyOften() {
    int count = 16_000;
    Map<Size, Integer> drawn = draw(sampler(VIT, FULL, 0.5, MINIMUM, FULL, Set.of()), count);
    assertThat(drawn).hasSize(9); // widths 32, 64, 96 and depths 2, 3, 4
    drawn.forEach(
        (size, times) -> {
          int depths = size.width() == FULL.width() ? 2 : 3; // the full size is drawn apart
          assertNear(times, count, size.equals(FULL) ? 0.5 : 0.5 / 3 / depths);
        });
  }

  @Test
  void drawsNothingBeyondTheFullSizeThatCostsMore() {
    Size maximum = new Size(192, 9);
    SizeSampler sampler = sampler(VIT, FULL, 0.5, MINIMUM, maximum, Set.of());
    long most = VIT.cost(FULL).macs();
    assertThat(sampler.others())
        .contains(new Size(32, 9), new Size(64, 8), new Size(128, 2), new Size(96, 3))
        .doesNotContain(FULL, new Size(96, 5), new Size(128, 3), new Size(192, 2))
        .allMatch(size -> VIT.cost(size).macs() <= most);
    assertThat(draw(sampler, 5_000).keySet())
        .containsAll(sampler.others())
        .hasSize(sampler.others().size() + 1);
  }

  @Test
  void drawsNoWidthThatComputesWhatTheFullOneDoes() {
    Size full = Size.parse("16x2-2");
    ResNet net =
        new ResNet(8, 3, 10, ResNet.Stem.CIFAR, ResNet.Block.BASIC, 2, 1, ConvCut.standard());
    assertThat(sampler(net, full, 0.5, Size.parse("8x1-1"), full.times(2), Set.of()).others())
        .contains(Size.parse("8x4-2"), Size.parse("16x1-2"))
        .allMatch(size -> size.width() <= full.width());
    Size narrow = new Size(32, 6);
    assertThat(sampler(VIT, narrow, 0.5, new Size(32, 1), new Size(96, 6), Set.of()).others())
        .isNotEmpty()
        .noneMatch(size -> size.width() > narrow.width());
    assertThat(
            sampler(VIT, new Size(64, 6), 0.5, new Size(32, 1), new Size(128, 6), Set.of())
                .others())
        .contains(new Size(96, 2))
        .noneMatch(size -> size.width() == 128);
  }

  @Test
  void readsWhatWasDrawnFromTheFactsOfTemplates() {
    Size size = new Size(64, 2);
    assertThat(SizeSampler.others(Map.of("sampling.others", "32x2 64x2")))
        .containsExactly(new Size(32, 2), size);
    assertThat(SizeSampler.others(Map.of("sampling.smaller", "64x2"))).containsExactly(size);
    assertThat(SizeSampler.others(Map.of("sampling.others", ""))).isEmpty();
    assertThat(SizeSampler.others(Map.of())).isEmpty();
  }

  /** Within five standard deviations of a binomial distribution. */
  private static void assertNear(int times, int count, double probability) {
    double deviation = Math.sqrt(count * probability * (1 - probability));
    assertThat((double) times)
        .isBetween(count * probability - 5 * deviation, count * probability + 5 * deviation);
  }

  @Test
  void neverDrawsWhatIsHeldOut() {
    Set<Size> heldOut = Set.of(new Size(64, 3), new Size(96, 2));
    Map<Size, Integer> drawn = draw(sampler(VIT, FULL, 0.2, MINIMUM, FULL, heldOut), 5_000);
    assertThat(drawn.keySet()).hasSize(7).doesNotContainAnyElementsOf(heldOut);
  }

  @Test
  void drawsTheDepthsOfStagesApart() {
    ResNet net = ResNet.small(32, 3, 10);
    Size full = Size.parse("16x2-1-3");
    SizeSampler sampler = sampler(net, full, 0.5, Size.parse("8x1-1-2"), full, Set.of());
    assertThat(sampler.others())
        .extracting(Size::toString)
        .containsExactly(
            "8x1-1-2", "8x1-1-3", "8x2-1-2", "8x2-1-3", "16x1-1-2", "16x1-1-3", "16x2-1-2");
    assertThatThrownBy(() -> sampler(net, full, 0.5, new Size(8, 1), full, Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("16x2-1-3", "8x1");
  }

  @Test
  void isAFunctionOfTheStepAlone() {
    SizeSampler sampler = sampler(VIT, FULL, 0.5, MINIMUM, FULL, Set.of());
    Size first = sampler.draw(new Step(0, new Seed(3)));
    draw(sampler, 100);
    assertThat(sampler.draw(new Step(0, new Seed(3)))).isEqualTo(first);
  }

  @Test
  void drawsOthersOnceTheFullSizeWasTrainedAlone() {
    Sampling sizes = Sampling.upTo(FULL, MINIMUM).withFullFirst(0.3).withFullShare(0);
    SizeSampler sampler = new SizeSampler(VIT, FULL, sizes, 1_000);
    for (int i = 0; i < 1_000; i++) {
      Size drawn = sampler.draw(new Step(i, new Seed(7).child(i)));
      assertThat(drawn.equals(FULL)).as("step %d", i).isEqualTo(i < 300);
    }
    assertThatThrownBy(() -> sizes.withFullFirst(-0.1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("first must be between 0 and 1, found -0.1");
  }

  @Test
  void drawsNothingElseWithAShareOfOne() {
    SizeSampler sampler = sampler(VIT, FULL, 1, MINIMUM, FULL, Set.of());
    assertThat(draw(sampler, 1_000)).containsOnlyKeys(FULL);
    assertThat(sampler.others()).isEmpty();
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> sampler(VIT, FULL, 1.5, MINIMUM, FULL, Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("between 0 and 1, found 1.5");
    assertThatThrownBy(() -> sampler(VIT, FULL, 0.5, FULL, FULL, Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("no size from 96x4 to 96x4");
    assertThatThrownBy(() -> sampler(VIT, new Size(100, 4), 0.5, MINIMUM, FULL, Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("96 and 128");
  }

  /** A second block of a stage that changes shape is of a kind that 16x2-1-1 has not. */
  @Test
  void drawsNoSizeWithLayersThatTheFullSizeHasNot() {
    ResNet net = ResNet.small(32, 3, 10);
    Size full = Size.parse("16x2-1-1");
    SizeSampler sampler =
        sampler(net, full, 0.5, Size.parse("8x1-1-1"), Size.parse("16x4-2-2"), Set.of());
    assertThat(sampler.others())
        .contains(Size.parse("8x1-1-1"), Size.parse("8x4-1-1"), Size.parse("16x1-1-1"))
        .allMatch(size -> size.toString().endsWith("-1-1"));
  }
}
