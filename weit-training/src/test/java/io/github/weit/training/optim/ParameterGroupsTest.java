package io.github.weit.training.optim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParameterGroupsTest {

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
