package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.LayerMixConstraint.Rule;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LayerMixConstraintTest {

  private static WeightType matrix(long depth, long width) {
    return new WeightType(
        "b.{}.w",
        "w",
        2,
        new Initial.Normal(0.1),
        true,
        List.of(Axis.layers(depth), Axis.out("out", width, 2), Axis.in("in", 4, 2)));
  }

  private static WeightType gain(long depth) {
    return new WeightType(
        "b.{}.g",
        "g",
        2,
        new Initial.Constant(1),
        false,
        List.of(Axis.layers(depth), Axis.out("out", 4, 2)));
  }

  @ParameterizedTest
  @CsvSource({
    "16, 0001112222333444",
    "12, 001122233344",
    "32, 00000011111122222222333333444444",
    "6, 012234",
    "5, 01234",
    "3, 024",
    "1, 2"
  })
  void stagesKeepTheirProportions(int depth, String expected) {
    StringBuilder found = new StringBuilder();
    for (double[] row : Rule.STAGES.matrix(depth)) {
      assertThat(row).hasSize(5);
      assertThat(row).containsOnly(0, 1);
      found.append(
          IntStream.range(0, 5).filter(stage -> row[stage] == 1).findFirst().orElseThrow());
    }
    assertThat(found).hasToString(expected);
  }

  @ParameterizedTest
  @EnumSource
  void layersAreCombinationsOfTheSharedOnes(Rule rule) {
    LayerMixConstraint constraint = new LayerMixConstraint(rule);
    WeightType type = matrix(6, 6);
    Factor factor = constraint.scalers(type).get(0);
    assertThat(factor.shape().getShape()).containsExactly(rule.shared(), 6, 4);
    try (NDManager manager = TestDevice.newManager()) {
      NDArray shared = Doubles.normal(manager, new Seed(1), factor.shape());
      double[] c = shared.toDoubleArray();
      NDArray composed = constraint.compose(type, new NDList(), new NDList(shared));
      assertThat(composed.getShape()).isEqualTo(type.stackedShape());
      double[] found = composed.toDoubleArray();
      int[] stages = {0, 1, 2, 2, 3, 4};
      for (int layer = 0; layer < 6; layer++) {
        for (int i = 0; i < 24; i++) {
          double expected =
              rule == Rule.LINEAR
                  ? c[i] + (layer + 1) / 6.0 * c[24 + i]
                  : c[stages[layer] * 24 + i];
          assertThat(Math.abs(found[layer * 24 + i] - expected)).isLessThan(1e-12);
        }
        NDList own = constraint.layer(type, new NDList(shared), layer);
        double[] alone = constraint.compose(type.ofOneLayer(), new NDList(), own).toDoubleArray();
        for (int i = 0; i < 24; i++) {
          assertThat(Math.abs(alone[i] - found[layer * 24 + i])).isLessThan(1e-12);
        }
      }
    }
  }

  @Test
  void theLastOfLinearLayersIsTheSumAndSoIsAnOnlyOne() {
    LayerMixConstraint constraint = new LayerMixConstraint(Rule.LINEAR);
    try (NDManager manager = TestDevice.newManager()) {
      NDArray shared = manager.create(new double[] {1, 2, 3, 4, 10, 20, 30, 40}).reshape(2, 4);
      NDList four = constraint.resize(gain(2), gain(4), new NDList(shared), Resize.standard());
      assertThat(four.singletonOrThrow()).isSameAs(shared);
      assertThat(constraint.compose(gain(4), new NDList(), four).toDoubleArray())
          .startsWith(3.5, 7, 10.5, 14)
          .endsWith(11, 22, 33, 44);
      NDList one = constraint.resize(gain(2), gain(1), new NDList(shared), Resize.standard());
      assertThat(constraint.compose(gain(1), new NDList(), one).toDoubleArray())
          .containsExactly(11, 22, 33, 44);
    }
  }

  @Test
  void gainsStartAtOneInEveryLayer() {
    for (Rule rule : Rule.values()) {
      LayerMixConstraint constraint = new LayerMixConstraint(rule);
      try (NDManager manager = TestDevice.newManager()) {
        NDArray start = constraint.scalers(gain(7)).get(0).create(manager, new Seed(2));
        assertThat(constraint.compose(gain(7), new NDList(), new NDList(start)).toFloatArray())
            .containsOnly(1f);
      }
    }
    float[] values =
        new LayerMixConstraint(Rule.LINEAR)
            .scalers(matrix(3, 4))
            .get(0)
            .initial()
            .apply(new Seed(2));
    assertThat(values[20]).isNotZero(); // both shared layers are drawn
  }

  @Test
  void countsWhatMixingCosts() {
    LayerMixConstraint linear = new LayerMixConstraint(Rule.LINEAR);
    assertThat(linear.cost(matrix(6, 6))).isEqualTo(new CompositionCost(2 * 144, 144));
    assertThat(linear.cost(matrix(1, 6))).isEqualTo(new CompositionCost(0, 0));
    assertThat(linear.templates(matrix(6, 6))).isEmpty();
  }

  @Test
  void refusesOtherWidthsAndMoreLayersThanOneFromOne() {
    LayerMixConstraint constraint = new LayerMixConstraint(Rule.STAGES);
    try (NDManager manager = TestDevice.newManager()) {
      NDList shared = new NDList(Doubles.normal(manager, new Seed(1), matrix(5, 6).stackedShape()));
      assertThatThrownBy(
              () -> constraint.resize(matrix(8, 6), matrix(8, 4), shared, Resize.standard()))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("b.{}.w", "'out'", "expected length 6", "found 4");
      NDList one = new NDList(Doubles.normal(manager, new Seed(1), matrix(1, 6).stackedShape()));
      assertThatThrownBy(
              () -> constraint.resize(matrix(1, 6), matrix(2, 6), one, Resize.standard()))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("one layer");
    }
  }

  @Test
  void artefactsNameIt() {
    for (Rule rule : Rule.values()) {
      LayerMixConstraint constraint = new LayerMixConstraint(rule);
      assertThat(Constraints.of(constraint.id(), constraint.options())).isEqualTo(constraint);
    }
    assertThatThrownBy(() -> Constraints.of("layer-mix", Map.of("rule", "cubic")))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("LINEAR", "STAGES", "cubic");
  }
}
