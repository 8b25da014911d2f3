package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MethodFactsTest {

  @Test
  void keepsTheOrderOfRefusals() {
    Map<String, String> refusals = new LinkedHashMap<>();
    List.of("z", "a", "m", "b").forEach(size -> refusals.put(size, "why"));
    MethodFacts facts =
        new MethodFacts(
            "ligo",
            "LiGO",
            "It grows.",
            "",
            "",
            Optional.empty(),
            "",
            OptionalLong.of(0),
            refusals);
    refusals.clear();

    assertThat(facts.refusals().keySet()).containsExactly("z", "a", "m", "b");
  }

  @Test
  void refusesWhatSaysNothing() {
    assertThatThrownBy(() -> Synthetic.facts("", "a"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("name: expected a method's name");
    assertThatThrownBy(() -> Synthetic.facts("a", " "))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("label");
    assertThatThrownBy(() -> Synthetic.parent("dense", -1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("macs: expected 0 or more");
  }

  @Test
  void settingTakesEachMethodOnceAndKnowsRefusals() {
    Setting few = Synthetic.setting();
    MethodFacts one = Synthetic.facts("ligo", "LiGO");

    assertThatThrownBy(() -> Synthetic.setting(one, one))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("each name once");
    assertThat(Synthetic.setting().methods()).isEmpty();
    assertThat(Crowd.setting().refusal("ligo", "64x3"))
        .hasValue("it makes no model that is smaller");
    assertThat(Crowd.setting().refusal("ligo", "192x6")).isEmpty();
    assertThat(Crowd.setting().refusal("nobody", "64x3")).isEmpty();
  }

  @Test
  void whatAPretrainingCostsIsHeldAgainstWeits() {
    Setting few = Synthetic.setting();
    Setting setting =
        Synthetic.setting(
            Synthetic.facts("weit", "WeiT", Synthetic.parent("templates", 100)),
            Synthetic.facts("wave", "WAVE", Synthetic.parent("distilled", 206)),
            Synthetic.facts("scratch", "scratch"));
    assertThat(setting.pretrainingCost("wave")).isEqualTo(2.06);
    assertThat(setting.pretrainingCost("scratch")).isEqualTo(1);
    assertThat(setting.pretrainingCost("nobody")).isEqualTo(1);
    assertThat(Synthetic.setting().pretrainingCost("wave")).isEqualTo(1);
  }

  @Test
  void countsAreReadable() {
    assertThat(Numbers.count(999)).isEqualTo("999");
    assertThat(Numbers.count(999_499)).isEqualTo("999k");
    assertThat(Numbers.count(999_500)).isEqualTo("1.00M");
    assertThat(Numbers.count(29_400_000_000_000.0)).isEqualTo("29.4T");
    assertThat(Numbers.count(3.2e18)).isEqualTo("3200P");
    assertThat(Numbers.ascii(-1.23)).isEqualTo("-1.2");
  }
}
