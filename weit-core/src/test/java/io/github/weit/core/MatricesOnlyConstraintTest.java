package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint.Order;
import io.github.weit.core.Resize.Depth;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MatricesOnlyConstraintTest {

  private static final KroneckerConstraint KRONECKER = new KroneckerConstraint(Order.INTERLEAVED);
  private static final DenseConstraint DENSE = new DenseConstraint();
  private static final MatricesOnlyConstraint MATRICES = new MatricesOnlyConstraint(KRONECKER);
  private static final Resize RULE = new Resize(Depth.PREFIX, Depth.INTERPOLATE, 0.2, new Seed(3));

  private static WeightType type(long depth, long width, String kind) {
    return switch (kind) {
      case "matrix" ->
          layered(kind, Axis.layers(depth), Axis.out("out", width, 2), Axis.in("in", 2 * width, 2));
      case "kernel" ->
          layered(
              kind,
              Axis.layers(depth),
              Axis.out("out", width, 2),
              Axis.in("in", width, 2),
              Axis.fixed("height", 3));
      case "gain" -> layered(kind, Axis.layers(depth), Axis.out("out", width, 2));
      case "embedding" -> once(kind, Axis.fixed("tokens", 5), Axis.out("out", width, 2));
      default -> once(kind, Axis.fixed("classes", 3), Axis.in("in", width, 2));
    };
  }

  private static WeightType layered(String name, Axis... axes) {
    return new WeightType("b.{}." + name, name, 3, new Initial.Normal(0.1), true, List.of(axes));
  }

  private static WeightType once(String name, Axis... axes) {
    return new WeightType(name, name, 3, new Initial.Normal(0.1), false, List.of(axes));
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of("matrix", KRONECKER),
        Arguments.of("kernel", KRONECKER),
        Arguments.of("gain", DENSE),
        Arguments.of("embedding", DENSE),
        Arguments.of("head", DENSE));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindFollowsItsRule(String kind, Constraint rule) {
    WeightType from = type(2, 4, kind);
    WeightType to = type(3, 6, kind);
    assertThat(MATRICES.templates(from)).hasSameSizeAs(rule.templates(from));
    assertThat(MATRICES.cost(from)).isEqualTo(rule.cost(from));
    try (NDManager manager = TestDevice.newManager()) {
      NDList templates = drawn(manager, MATRICES.templates(from), 1);
      NDList scalers = drawn(manager, MATRICES.scalers(from), 2);
      assertThat(scalers.get(0).getShape()).isEqualTo(rule.scalers(from).get(0).shape());
      assertSame(
          MATRICES.compose(from, templates, scalers), rule.compose(from, templates, scalers));
      NDList larger = MATRICES.resize(from, to, scalers, RULE);
      assertSame(larger.get(0), rule.resize(from, to, scalers, RULE).get(0));
      assertSame(MATRICES.layer(from, scalers, 0).get(0), rule.layer(from, scalers, 0).get(0));
    }
  }

  private static NDList drawn(NDManager manager, List<Factor> factors, long seed) {
    NDList arrays = new NDList();
    factors.forEach(factor -> arrays.add(Doubles.normal(manager, new Seed(seed), factor.shape())));
    return arrays;
  }

  private static void assertSame(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.toDoubleArray()).containsExactly(expected.toDoubleArray());
  }

  @Test
  void isFoundUnderItsName() {
    assertThat(Constraints.of(MATRICES.id(), MATRICES.options())).isEqualTo(MATRICES);
  }
}
