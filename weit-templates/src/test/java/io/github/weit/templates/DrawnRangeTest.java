package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.models.Size;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrawnRangeTest {

  private static final Size FULL = new Size(96, 4);

  private static DrawnRange range(Size full, String minimum, String others) {
    Map<String, String> facts = Map.of("sampling.minimum", minimum, "sampling.others", others);
    return DrawnRange.of(full, facts).orElseThrow();
  }

  @Test
  void isReadBackFromTemplates() {
    assertThat(range(FULL, "32x2", "64x3 32x8"))
        .isEqualTo(new DrawnRange(new Size(32, 2), List.of(8)));
    assertThat(range(FULL, "32x2", "64x3")).isEqualTo(new DrawnRange(new Size(32, 2), List.of(4)));
    assertThat(range(FULL, "32x2", "")).isEqualTo(new DrawnRange(FULL, List.of(4)));
    assertThat(DrawnRange.of(FULL, Map.of())).isEmpty();
  }

  @Test
  void saysWhatIsOutside() {
    DrawnRange range = range(FULL, "32x2", "64x3 32x8");
    assertThat(List.of("32x2", "64x8", "512x2").stream().map(Size::parse))
        .noneMatch(range::isBelow)
        .noneMatch(range::isDeeper);
    assertThat(List.of("128x1", "16x9").stream().map(Size::parse)).allMatch(range::isBelow);
    assertThat(List.of("32x9", "16x9").stream().map(Size::parse)).allMatch(range::isDeeper);
  }

  @Test
  void looksAtEveryStage() {
    DrawnRange range = range(Size.parse("32x2-2-2"), "16x2-1-2", "16x3-2-2 16x2-3-2");
    assertThat(range.deepest()).containsExactly(3, 3, 2);
    assertThat(range.isBelow(Size.parse("64x2-1-3"))).isFalse();
    assertThat(range.isBelow(Size.parse("64x3-1-1"))).isTrue();
    assertThat(range.isDeeper(Size.parse("64x3-3-2"))).isFalse();
    assertThat(range.isDeeper(Size.parse("64x1-1-3"))).isTrue();
  }

  @Test
  void beforeTheFirstOtherSizeIsDrawnTheFullOneIsTheOnlyOne() {
    Map<String, String> facts = new HashMap<>();
    facts.put("sampling.minimum", "32x2");
    facts.put("sampling.others", "64x3 32x8");
    facts.put("sampling.full_first", "0.5");
    facts.put("steps.planned", "100");
    facts.put("steps", "50");
    assertThat(DrawnRange.of(FULL, facts)).hasValue(new DrawnRange(FULL, List.of(4)));
    facts.put("steps", "51");
    assertThat(DrawnRange.of(FULL, facts)).hasValue(new DrawnRange(new Size(32, 2), List.of(8)));
  }
}
