package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WeightTypeTest {

  private static final Axis OUT = Axis.out("out", 8, 4);
  private static final Axis IN = Axis.in("in", 8, 2);

  @Test
  void aGroupIsMergedIntoTheAxisAfterIt() {
    WeightType qkv = type("blocks.{}.qkv", Axis.layers(2), Axis.group("kind", 3), OUT, IN);
    assertThat(qkv.stackedShape()).isEqualTo(new Shape(2, 3, 8, 8));
    assertThat(qkv.denseShape()).isEqualTo(new Shape(24, 8));
    assertThat(qkv.depth()).isEqualTo(2);
    assertThat(qkv.layered()).isTrue();
    assertThat(qkv.denseParameters()).isEqualTo(2 * 24 * 8);
    assertThat(qkv.parameterNames()).containsExactly("blocks.0.qkv", "blocks.1.qkv");
  }

  @Test
  void groupsInARowAreMergedTogether() {
    WeightType type =
        type("w", Axis.group("a", 2), Axis.group("b", 3), OUT, Axis.group("c", 5), IN);
    assertThat(type.stackedShape()).isEqualTo(new Shape(2, 3, 8, 5, 8));
    assertThat(type.denseShape()).isEqualTo(new Shape(48, 40));
  }

  @Test
  void aWeightWithoutLayersKeepsItsName() {
    WeightType head = type("head.weight", Axis.fixed("class", 5), IN);
    assertThat(head.layered()).isFalse();
    assertThat(head.depth()).isEqualTo(1);
    assertThat(head.parameterNames()).containsExactly("head.weight");
    assertThat(head.denseShape()).isEqualTo(new Shape(5, 8));
    assertThat(head.denseParameters()).isEqualTo(40);
  }

  @Test
  void unstackingGivesTheSlicesOfEveryLayer() {
    for (int depth : new int[] {1, 3}) {
      WeightType qkv = type("blocks.{}.qkv", Axis.layers(depth), Axis.group("kind", 3), OUT, IN);
      try (NDManager manager = TestDevice.newManager()) {
        NDArray stack = Doubles.normal(manager, new Seed(40), qkv.stackedShape());
        Map<String, NDArray> weights = new LinkedHashMap<>();
        qkv.unstack(stack, weights);
        assertThat(weights.keySet()).containsExactlyElementsOf(qkv.parameterNames());
        double[] all = stack.toDoubleArray();
        for (int layer = 0; layer < depth; layer++) {
          NDArray weight = weights.get("blocks." + layer + ".qkv");
          assertThat(weight.getShape()).isEqualTo(new Shape(24, 8));
          for (int kind = 0; kind < 3; kind++) {
            for (int row = 0; row < 8; row++) {
              for (int column = 0; column < 8; column++) {
                assertThat(weight.getDouble(kind * 8 + row, column))
                    .isEqualTo(all[((layer * 3 + kind) * 8 + row) * 8 + column]);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void ofOneLayerItHasTheShapeOfEachLayer() {
    WeightType qkv = type("blocks.{}.qkv", Axis.layers(3), Axis.group("kind", 3), OUT, IN);
    assertThat(qkv.ofOneLayer().depth()).isEqualTo(1);
    assertThat(qkv.ofOneLayer().denseShape()).isEqualTo(qkv.denseShape());
    assertThat(qkv.ofOneLayer()).isEqualTo(qkv.ofOneLayer().ofOneLayer());
    qkv.requireSameTemplates(qkv.ofOneLayer());
    WeightType head = type("head.weight", Axis.fixed("class", 5), IN);
    assertThat(head.ofOneLayer()).isSameAs(head);
  }

  @Test
  void refusesToUnstackAnotherShape() {
    WeightType type = type("blocks.{}.w", Axis.layers(2), OUT, IN);
    try (NDManager manager = TestDevice.newManager()) {
      NDArray transposed = manager.zeros(new Shape(8, 2, 8));
      assertWeitException(
          () -> type.unstack(transposed, new LinkedHashMap<>()),
          "blocks.{}.w",
          "(2, 8, 8)",
          "(8, 2, 8)");
    }
  }

  @Test
  void refusesImpossibleAxes() {
    assertWeitException(() -> new Axis("in", AxisRole.IN, 0, 2), "'in'", "template extent 0");
    assertWeitException(() -> new Axis("in", AxisRole.IN, 2, -1), "'in'", "scaler extent -1");
    assertWeitException(
        () -> new Axis("layer", AxisRole.LAYER, 2, 3), "'layer'", "LAYER", "found 2");
    assertWeitException(() -> new Axis("kind", AxisRole.GROUP, 2, 3), "'kind'", "GROUP", "found 2");
    assertWeitException(() -> new Axis("token", AxisRole.FIXED, 2, 3), "'token'", "found 3");
    assertWeitException(() -> Axis.out("out", 10, 4), "'out'", "10", "4");
    assertWeitException(() -> Axis.in("in", 10, 0), "'in'", "10", "0");
    assertWeitException(() -> Axis.out("out", 0, 4), "'out'", "scaler extent 0");
  }

  @Test
  void refusesImpossibleTypes() {
    Axis layers = Axis.layers(2);
    Axis kinds = Axis.group("kind", 3);
    assertWeitException(() -> type("w"), "'w'", "no axes");
    assertWeitException(() -> terms(0, OUT), "'w'", "found 0");
    assertWeitException(() -> type("w.{}", OUT, layers), "'w.{}'", "first", "found at 1");
    assertWeitException(() -> type("w.{}", layers, layers, OUT), "'w.{}'", "first");
    assertWeitException(() -> type("w", OUT, kinds), "'w'", "group");
    assertWeitException(() -> type("w", layers, OUT), "'w'", "{}");
    assertWeitException(() -> type("w.{}", OUT), "'w.{}'", "{}");
  }

  @Test
  void layersAreCountedFromTheNumberInTheirPlace() {
    WeightType rest = type("stage.{1}.w", Axis.layers(3), OUT);
    assertThat(rest.parameterNames()).containsExactly("stage.1.w", "stage.2.w", "stage.3.w");
    assertWeitException(() -> type("{}.w.{1}", Axis.layers(2), OUT), "'{}.w.{1}'", "{}");
    assertWeitException(() -> type("w.{1}", OUT), "'w.{1}'", "{}");
  }

  @Test
  void knowsTheSameTypeAtAnotherSize() {
    WeightType small = terms(2, OUT, IN);
    assertThatCode(() -> small.requireSameTemplates(terms(2, OUT.withScaler(9), IN.withScaler(1))))
        .doesNotThrowAnyException();
    assertWeitException(
        () -> small.requireSameTemplates(terms(3, OUT, IN)), "expected 2", "found 3");
    assertWeitException(
        () -> small.requireSameTemplates(terms(2, OUT)), "expected 2 axes", "found 1");
    assertWeitException(
        () -> small.requireSameTemplates(terms(2, OUT, Axis.in("in", 8, 4))),
        "axis 1",
        "template=2");
    assertWeitException(
        () -> small.requireSameTemplates(terms(2, OUT, Axis.out("in", 8, 2))), "axis 1", "role=IN");
    assertWeitException(
        () -> small.requireSameTemplates(terms(2, Axis.out("rows", 8, 4), IN)), "axis 0", "rows");
  }

  @Test
  void lengthsAreCheckedForOverflow() {
    Axis huge = Axis.out("out", 1L << 40, 1L << 20).withScaler(1L << 44);
    assertThatThrownBy(huge::length).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void refusesADeviationThatIsNotPositive() {
    for (double deviation : new double[] {0, -1, Double.NaN}) {
      assertThatThrownBy(() -> new Initial.Normal(deviation))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining(Double.toString(deviation));
    }
  }

  private static void assertWeitException(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(WeitException.class).hasMessageContainingAll(parts);
  }

  private static WeightType type(String name, Axis... axes) {
    return new WeightType(name, name, 1, new Initial.Normal(1), true, List.of(axes));
  }

  private static WeightType terms(int terms, Axis... axes) {
    return new WeightType("w", "w", terms, new Initial.Normal(1), true, List.of(axes));
  }
}
