package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Resize.Depth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DenseConstraintTest {

  private static final DenseConstraint DENSE = new DenseConstraint();

  @Provide
  Arbitrary<WeightType> types() {
    return WeightTypeArbitrary.any();
  }

  /** Composing and resizing may be exchanged: weights are cut and tiled as their scalers are. */
  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = "301")
  void resizesWeightsAsTheKroneckerRuleResizesTheirScalers(
      @ForAll("types") WeightType from, @ForAll boolean interpolates, @ForAll long targetSeed) {
    Resize rule =
        new Resize(Depth.PREFIX, interpolates ? Depth.INTERPOLATE : Depth.REPEAT, 0, new Seed(0));
    WeightType to = atRandomExtents(from, new Seed(targetSeed));
    KroneckerConstraint kronecker = new KroneckerConstraint();
    try (NDManager manager = TestDevice.newManager()) {
      Shape templateShape = kronecker.templates(from).get(0).shape();
      Shape scalerShape = kronecker.scalers(from).get(0).shape();
      NDList templates = new NDList(Doubles.normal(manager, new Seed(1), templateShape));
      NDList scalers = new NDList(Doubles.normal(manager, new Seed(2), scalerShape));
      NDArray expected =
          kronecker.compose(to, templates, kronecker.resize(from, to, scalers, rule));
      NDList weights = new NDList(kronecker.compose(from, templates, scalers));
      NDArray found = DENSE.compose(to, new NDList(), DENSE.resize(from, to, weights, rule));
      assertThat(found.getShape()).isEqualTo(to.stackedShape());
      Doubles.assertClose(found.toDoubleArray(), expected.toDoubleArray(), 1e-13);
    }
  }

  private static WeightType atRandomExtents(WeightType from, Seed seed) {
    RandomGenerator random = seed.generator();
    List<Axis> axes = new ArrayList<>();
    for (Axis axis : from.axes()) {
      boolean fixed = axis.role() == AxisRole.GROUP || axis.role() == AxisRole.FIXED;
      axes.add(fixed ? axis : axis.withScaler(1 + random.nextInt(6)));
    }
    return new WeightType(
        from.name(), from.template(), from.terms(), from.initial(), from.decayed(), axes);
  }

  /** A kernel (L, kinds, row, out, in, column) with fixed axes between the others. */
  private static WeightType kernel(long depth, long out, long in) {
    return new WeightType(
        "b.{}.w",
        "w",
        3,
        new Initial.Normal(0.5),
        true,
        List.of(
            Axis.layers(depth),
            Axis.group("kind", 2),
            Axis.fixed("row", 3),
            Axis.out("out", out, 2),
            Axis.in("in", in, 2),
            Axis.fixed("column", 2)));
  }

  @Test
  void cutsThePrefixOfEveryAxisThatGrows() {
    WeightType from = kernel(3, 6, 4);
    WeightType to = kernel(2, 4, 2);
    try (NDManager manager = TestDevice.newManager()) {
      NDArray weights = Doubles.normal(manager, new Seed(4), from.stackedShape());
      double[] values = weights.toDoubleArray();
      double[] found =
          DENSE
              .resize(from, to, new NDList(weights), Resize.standard())
              .singletonOrThrow()
              .toDoubleArray();
      int at = 0;
      for (int layer = 0; layer < 2; layer++) {
        for (int kind = 0; kind < 2; kind++) {
          for (int row = 0; row < 3; row++) {
            for (int out = 0; out < 4; out++) {
              for (int in = 0; in < 2; in++) {
                for (int column = 0; column < 2; column++) {
                  int source = ((((layer * 2 + kind) * 3 + row) * 6 + out) * 4 + in) * 2 + column;
                  assertThat(found[at++]).isEqualTo(values[source]);
                }
              }
            }
          }
        }
      }
    }
  }

  @Test
  void startsAsDenseWeightsDoAndHasNoTemplates() {
    WeightType type = kernel(4, 20, 20);
    assertThat(DENSE.templates(type)).isEmpty();
    Factor factor = DENSE.scalers(type).get(0);
    assertThat(factor.shape()).isEqualTo(type.stackedShape());
    float[] values = factor.initial().apply(new Seed(6));
    double square = 0;
    for (float value : values) {
      square += value * value / (double) values.length;
    }
    assertThat(Math.sqrt(square)).isBetween(0.48, 0.52); // 19,200 draws of deviation 0.5
    assertThat(values).isNotEqualTo(factor.initial().apply(new Seed(7)));
    assertThat(DENSE.cost(type)).isEqualTo(new CompositionCost(0, 0));
    assertThat(Constraints.of(DENSE.id(), DENSE.options())).isEqualTo(DENSE);
  }

  @Test
  void composedLayersAreFreeOfTheScalers() {
    WeightType type = kernel(3, 2, 2);
    try (NDManager manager = TestDevice.newManager()) {
      List<WeightType> types = List.of(type);
      ScalerSet set = ScalerSet.create(DENSE, types, manager, new Seed(1));
      TemplateBank bank = TemplateBank.of(DENSE, types, NamedArrays.of(Map.of()));
      NamedArrays composed = bank.composeTo(manager, set);
      float[] stack = set.arrays().get("b.{}.w").toFloatArray();
      float[] second = composed.get("b.1.w").toFloatArray();
      for (int i = 0; i < second.length; i++) {
        assertThat(second[i]).isEqualTo(stack[stack.length / 3 + i]);
      }
      composed.get("b.1.w").addi(manager.ones(composed.get("b.1.w").getShape()));
      assertThat(set.arrays().get("b.{}.w").toFloatArray()).isEqualTo(stack);
    }
  }

  @Test
  void refusesAnotherTypeAndAnotherShape() {
    try (NDManager manager = TestDevice.newManager()) {
      NDList wrong = new NDList(manager.ones(new Shape(3, 2, 3, 6, 4, 1)));
      assertThatThrownBy(
              () -> DENSE.resize(kernel(3, 6, 4), kernel(2, 4, 2), wrong, Resize.standard()))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("b.{}.w", "(3, 2, 3, 6, 4, 2)", "(3, 2, 3, 6, 4, 1)");
      WeightType other =
          new WeightType("b", "b", 3, new Initial.Constant(0), false, List.of(Axis.fixed("x", 2)));
      assertThatThrownBy(() -> DENSE.resize(kernel(3, 6, 4), other, wrong, Resize.standard()))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("axes");
    }
  }
}
