package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SizeSamplerTest {

  private static final Vit VIT = Vit.small(32, 3, 10);
  private static final Size FULL = new Size(96, 4);
  private static final Size MINIMUM = new Size(32, 2);

  private static Map<Size, Integer> draw(SizeSampler sampler, int count) {
    Map<Size, Integer> drawn = new HashMap<>();
    for (int i = 0; i < count; i++) {
      drawn.merge(sampler.draw(new Seed(7).child(i)), 1, Integer::sum);
    }
    return drawn;
  }

  @Test
  void drawsTheFullSizeItsShareAndTheOthersEquallyOften() {
    int count = 16_000;
    Map<Size, Integer> drawn = draw(new SizeSampler(VIT, FULL, 0.5, MINIMUM, Set.of()), count);
    assertThat(drawn).hasSize(9); // widths 32, 64, 96 and depths 2, 3, 4
    assertNear(drawn.get(FULL), count, 0.5);
    drawn.forEach(
        (size, times) -> {
          if (!size.equals(FULL)) {
            assertNear(times, count, 0.5 / 8);
          }
        });
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
    Map<Size, Integer> drawn = draw(new SizeSampler(VIT, FULL, 0.2, MINIMUM, heldOut), 5_000);
    assertThat(drawn.keySet()).hasSize(7).doesNotContainAnyElementsOf(heldOut);
  }

  @Test
  void drawsTheDepthsOfStagesApart() {
    ResNet net = ResNet.small(32, 3, 10);
    Size full = Size.parse("16x2-1-3");
    SizeSampler sampler = new SizeSampler(net, full, 0.5, Size.parse("8x1-1-2"), Set.of());
    assertThat(sampler.smaller())
        .extracting(Size::toString)
        .containsExactly(
            "8x1-1-2", "8x1-1-3", "8x2-1-2", "8x2-1-3", "16x1-1-2", "16x1-1-3", "16x2-1-2");
    assertThatThrownBy(() -> new SizeSampler(net, full, 0.5, new Size(8, 1), Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("16x2-1-3", "8x1");
  }

  @Test
  void isAFunctionOfTheStepsSeedAlone() {
    SizeSampler sampler = new SizeSampler(VIT, FULL, 0.5, MINIMUM, Set.of());
    Size first = sampler.draw(new Seed(3));
    draw(sampler, 100);
    assertThat(sampler.draw(new Seed(3))).isEqualTo(first);
  }

  @Test
  void drawsNothingElseWithAShareOfOne() {
    SizeSampler sampler = new SizeSampler(VIT, FULL, 1, MINIMUM, Set.of());
    assertThat(draw(sampler, 1_000)).containsOnlyKeys(FULL);
    assertThat(sampler.smaller()).isEmpty();
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> new SizeSampler(VIT, FULL, 1.5, MINIMUM, Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("between 0 and 1, found 1.5");
    assertThatThrownBy(() -> new SizeSampler(VIT, FULL, 0.5, FULL, Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("no size from 96x4 up to below 96x4");
    assertThatThrownBy(() -> new SizeSampler(VIT, new Size(100, 4), 0.5, MINIMUM, Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("96 and 128");
  }
}
