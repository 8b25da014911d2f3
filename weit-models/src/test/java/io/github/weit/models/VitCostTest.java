package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VitCostTest {

  @ParameterizedTest
  @CsvSource({"192, 5717416", "384, 22050664", "768, 86567656"})
  void countsThePublishedParametersOfDeit(int width, long parameters) {
    Cost cost = Vit.deit(1000).cost(new Size(width, 12));
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.bytes()).isEqualTo(4 * parameters);
  }

  @ParameterizedTest
  @CsvSource({"CLASS_TOKEN, 2", "MEAN, 1", "MEAN, 3"})
  void countsTheMultiplicationsThatLoopsMake(Vit.Pooling pooling, int depth) {
    Vit vit = new Vit(12, 2, 4, 5, 8, 3, pooling, new TemplateCut(4, 2, 2, 2));
    Size size = new Size(16, depth);
    List<WeightType> types = vit.weights(size);
    NaiveVit naive = new NaiveVit(vit, size, Values.randomWeights(types, new Seed(1)));
    naive.logits(Values.normal(new Seed(2), vit.inputShape().size()));
    assertThat(vit.cost(size).macs()).isEqualTo(naive.macs());
  }

  @Test
  void knowsTheCostOfASizeThatNoMachineCouldHold() {
    long width = 199_936;
    Cost cost = Vit.deit(1000).cost(new Size((int) width, 9999));
    assertThat(cost.parameters()).isGreaterThan(12 * width * width * 9999);
    assertThat(cost.macs()).isGreaterThan(197 * 12 * width * width * 9999);
  }
}
