package io.github.weit.training.optim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParameterGroupsTest {

  @Test
  void decaysWhatTypesSayDecays() {
    WeightType kernel = type("kernel", true);
    WeightType places = type("pos_embed", false);
    assertThat(ParameterGroups.of(List.of(kernel, places), 0.1))
        .containsExactly(
            new ParameterGroup("rate 1.0, decay 0.1", Set.of("kernel"), 1, 0.1),
            new ParameterGroup("rate 1.0, decay 0.0", Set.of("pos_embed"), 1, 0));
  }

  private static WeightType type(String name, boolean decayed) {
    Initial zero = new Initial.Constant(0);
    return new WeightType(name, name, 1, zero, decayed, List.of(Axis.fixed("in", 2)));
  }

  @Test
  void gathersWhatIsTrainedAlikeAndKeepsTheFirstTreatmentOfAName() {
    ParameterGroups groups = new ParameterGroups();
    groups.add("a", 2, 0.1);
    groups.add("b", 1, 0);
    groups.add("c", 2, 0.1);
    groups.add("a", 7, 7);
    assertThat(groups.list()).hasSize(2);
    ParameterGroup first = groups.list().get(0);
    assertThat(first.parameters()).containsExactly("a", "c");
    assertThat(first.learningRateFactor()).isEqualTo(2);
    assertThat(first.weightDecay()).isEqualTo(0.1);
    assertThat(groups.list().get(1).parameters()).containsExactly("b");
  }
}
