package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.KroneckerConstraint.Order;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Banks and scaler sets together, with two stages of different widths and depths that share their
 * templates.
 */
class TemplateBankTest {

  private static final KroneckerConstraint RULE = new KroneckerConstraint();
  private static final WeightType STAGE1 = conv("stage1.{}.conv", 2, 4);
  private static final WeightType STAGE2 = conv("stage2.{}.conv", 3, 8);
  private static final WeightType HEAD =
      type("head", "head", Axis.fixed("class", 5), Axis.in("in", 8, 2));
  private static final List<WeightType> TYPES = List.of(STAGE1, STAGE2, HEAD);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void stagesOfDifferentSizesShareTemplatesAndHaveScalersOfTheirOwn() {
    TemplateBank bank = TemplateBank.create(RULE, TYPES, manager, new Seed(1));
    ScalerSet scalers = ScalerSet.create(RULE, TYPES, manager, new Seed(1));
    assertThat(bank.arrays().names()).containsExactly("conv", "head");
    assertThat(scalers.arrays().names())
        .containsExactly("stage1.{}.conv", "stage2.{}.conv", "head");
    assertThat(bank.parameters()).isEqualTo(2 * 2 * 2 * 9 + 2 * 5 * 2);
    assertThat(scalers.parameters()).isEqualTo(2 * (2 * 2 * 2) + 2 * (3 * 4 * 4) + 2 * 4);
    NamedArrays weights = bank.compose(scalers);
    assertThat(weights.names())
        .containsExactly(
            "stage1.0.conv",
            "stage1.1.conv",
            "stage2.0.conv",
            "stage2.1.conv",
            "stage2.2.conv",
            "head");
    for (WeightType stage : List.of(STAGE1, STAGE2)) {
      double[] expected =
          NaiveKronecker.compose(
              stage,
              Order.BLOCK,
              doubles(bank.arrays().get("conv")),
              doubles(scalers.arrays().get(stage.name())));
      int each = expected.length / (int) stage.depth();
      for (int layer = 0; layer < stage.depth(); layer++) {
        NDArray weight = weights.get(stage.parameterNames().get(layer));
        assertThat(weight.getShape()).isEqualTo(stage.denseShape());
        double[] slice = Arrays.copyOfRange(expected, layer * each, (layer + 1) * each);
        Doubles.assertClose(doubles(weight), slice, 1e-6); // float32
      }
    }
  }

  @Test
  void composesLayerByLayerWhatItComposesAtOnce() {
    for (Order order : Order.values()) {
      KroneckerConstraint rule = new KroneckerConstraint(order);
      TemplateBank bank = TemplateBank.create(rule, TYPES, manager, new Seed(1));
      ScalerSet scalers = ScalerSet.create(rule, TYPES, manager, new Seed(1));
      NamedArrays atOnce = bank.compose(scalers);
      NamedArrays byLayer = bank.composeTo(manager, scalers);
      assertThat(byLayer.names()).containsExactlyElementsOf(atOnce.names());
      for (String name : atOnce.names()) {
        assertThat(byLayer.get(name).getShape()).isEqualTo(atOnce.get(name).getShape());
        Doubles.assertClose(doubles(byLayer.get(name)), doubles(atOnce.get(name)), 1e-6);
      }
    }
  }

  @Test
  void whatItComposesToAManagerIsFreeOfTemplatesAndScalers() {
    try (NDManager other = TestDevice.newManager()) {
      TemplateBank bank = TemplateBank.create(RULE, TYPES, manager, new Seed(1));
      ScalerSet scalers = ScalerSet.create(RULE, TYPES, manager, new Seed(1));
      bank.arrays().requireGradient(true);
      scalers.arrays().requireGradient(true);
      int before = manager.getManagedArrays().size();
      NamedArrays weights = bank.composeTo(other, scalers);
      assertThat(manager.getManagedArrays()).hasSize(before);
      assertThat(other.getManagedArrays()).hasSize(weights.size());
      double[] head = doubles(weights.get("head"));
      bank.arrays().requireGradient(false);
      scalers.arrays().requireGradient(false);
      bank.arrays().get("head").muli(bank.arrays().get("head"));
      bank.close();
      scalers.close();
      assertThat(doubles(weights.get("head"))).isEqualTo(head);
      weights.requireGradient(true); // only leaves may
    }
  }

  @Test
  void refusesTypesThatCannotShareTemplates() {
    WeightType other =
        type("stage3.{}.conv", "conv", Axis.layers(1), Axis.out("out", 8, 4), Axis.in("in", 8, 2));
    assertRefused(
        () -> TemplateBank.create(RULE, List.of(STAGE1, other), manager, new Seed(1)),
        "'stage1.{}.conv'",
        "axes");
  }

  @Test
  void refusesTemplatesThatAreMissingLeftOverOrOfAnotherShape() {
    NamedArrays good = TemplateBank.create(RULE, TYPES, manager, new Seed(1)).arrays();
    assertThat(TemplateBank.of(RULE, TYPES, good).arrays().get("conv")).isSameAs(good.get("conv"));
    assertRefused(
        () -> TemplateBank.of(RULE, TYPES, without(good, "conv")),
        "'conv'",
        "missing",
        "(2, 1, 2, 2, 3, 3)");
    assertRefused(() -> TemplateBank.of(RULE, TYPES, with(good, "extra", new Shape(1))), "[extra]");
    assertRefused(
        () -> TemplateBank.of(RULE, TYPES, with(good, "head", new Shape(2, 2, 5))),
        "'head'",
        "(2, 5, 2)",
        "(2, 2, 5)");
  }

  @Test
  void refusesScalersThatAreMissingLeftOverOrOfAnotherShape() {
    NamedArrays good = ScalerSet.create(RULE, TYPES, manager, new Seed(1)).arrays();
    assertThat(ScalerSet.of(RULE, TYPES, good).arrays().get("head")).isSameAs(good.get("head"));
    assertRefused(
        () -> ScalerSet.of(RULE, TYPES, without(good, "head")), "'head'", "missing", "(2, 1, 4)");
    assertRefused(() -> ScalerSet.of(RULE, TYPES, with(good, "extra", new Shape(1))), "[extra]");
    assertRefused(
        () -> ScalerSet.of(RULE, TYPES, with(good, "head", new Shape(2, 4, 1))),
        "'head'",
        "(2, 1, 4)",
        "(2, 4, 1)");
  }

  @Test
  void refusesToComposeWhatItHasNoTemplatesFor() {
    TemplateBank bank = TemplateBank.create(RULE, List.of(STAGE1), manager, new Seed(1));
    ScalerSet scalers = ScalerSet.create(RULE, List.of(HEAD), manager, new Seed(1));
    assertRefused(() -> bank.compose(scalers), "'head'", "[conv]");
  }

  /** Shapes are equal, so that nothing else tells. */
  @Test
  void refusesScalersOfAnotherConstraint() {
    KroneckerConstraint interleaved = new KroneckerConstraint(Order.INTERLEAVED);
    TemplateBank bank = TemplateBank.create(interleaved, TYPES, manager, new Seed(1));
    ScalerSet blocks = ScalerSet.create(RULE, TYPES, manager, new Seed(1));
    String[] said = {"'kronecker' {order=INTERLEAVED}", "'kronecker' {order=BLOCK}"};
    assertRefused(() -> bank.compose(blocks), said);
    assertRefused(() -> bank.composeTo(manager, blocks), said);
    List<WeightType> target = List.of(conv("stage1.{}.conv", 4, 2));
    assertRefused(() -> bank.compose(blocks.resize(target, Resize.standard())), said);
    assertRefused(() -> bank.compose(blocks.only(List.of(HEAD)).copyTo(manager)), said);
    TemplateBank dense = TemplateBank.create(new DenseConstraint(), TYPES, manager, new Seed(1));
    assertRefused(() -> dense.compose(blocks), "'dense' {}", "'kronecker' {order=BLOCK}");
  }

  @Test
  void anEqualConstraintOfAnotherPlaceIsTheSame() {
    TemplateBank bank = TemplateBank.create(RULE, TYPES, manager, new Seed(1));
    Constraint equal = Constraints.of(RULE.id(), RULE.options());
    ScalerSet scalers = ScalerSet.create(equal, TYPES, manager, new Seed(1));
    assertThat(scalers.constraint()).isSameAs(equal);
    assertThat(bank.compose(scalers).size()).isEqualTo(6);
  }

  @Test
  void resizesToASizeThatLacksSomeTypes() {
    ScalerSet scalers = ScalerSet.create(RULE, TYPES, manager, new Seed(1));
    ScalerSet fewer = scalers.resize(List.of(HEAD, STAGE1), Resize.standard());
    assertThat(fewer.types()).containsExactly(HEAD, STAGE1);
    assertThat(fewer.arrays().names()).containsExactly("head", "stage1.{}.conv");
    assertThat(fewer.arrays().get("head")).isSameAs(scalers.arrays().get("head"));
  }

  @Test
  void refusesToResizeToTypesThatItHasNoScalersOf() {
    ScalerSet scalers = ScalerSet.create(RULE, List.of(STAGE1, HEAD), manager, new Seed(1));
    assertRefused(
        () -> scalers.resize(List.of(STAGE1, STAGE2, HEAD), Resize.standard()), "'stage2.0.conv'");
  }

  @Test
  void resizesEveryTypeAndKeepsTheArraysOfThoseThatStay() {
    ScalerSet scalers = ScalerSet.create(RULE, TYPES, manager, new Seed(1));
    List<WeightType> target = List.of(conv("stage1.{}.conv", 4, 2), STAGE2, HEAD);
    ScalerSet resized = scalers.resize(target, Resize.standard());
    assertThat(resized.types()).isEqualTo(target);
    assertThat(resized.arrays().get("stage1.{}.conv").getShape())
        .isEqualTo(new Shape(2, 4, 1, 1, 1, 1));
    assertThat(resized.arrays().get("head")).isSameAs(scalers.arrays().get("head"));
  }

  @Test
  void copiesTrainApart() {
    TemplateBank bank = TemplateBank.create(RULE, TYPES, manager, new Seed(1));
    ScalerSet scalers = ScalerSet.create(RULE, TYPES, manager, new Seed(1));
    bank.arrays().requireGradient(true);
    double[] templates = doubles(bank.arrays().get("conv"));
    double[] grid = doubles(scalers.arrays().get("head"));
    try (NDManager other = TestDevice.newManager()) {
      TemplateBank bankCopy = bank.copyTo(other);
      ScalerSet scalersCopy = scalers.copyTo(other);
      assertThat(bankCopy.arrays().get("conv").hasGradient()).isFalse();
      NDArray one = bankCopy.arrays().get("conv");
      one.addi(one);
      NDArray two = scalersCopy.arrays().get("head");
      two.addi(two);
      assertThat(doubles(one)).isNotEqualTo(templates);
    }
    assertThat(doubles(bank.arrays().get("conv"))).isEqualTo(templates);
    assertThat(doubles(scalers.arrays().get("head"))).isEqualTo(grid);
  }

  private static double[] doubles(NDArray array) {
    float[] values = array.toFloatArray();
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private static NamedArrays without(NamedArrays arrays, String name) {
    Map<String, NDArray> map = new LinkedHashMap<>(arrays.asMap());
    map.remove(name);
    return NamedArrays.of(map);
  }

  private NamedArrays with(NamedArrays arrays, String name, Shape shape) {
    Map<String, NDArray> map = new LinkedHashMap<>(arrays.asMap());
    map.put(name, manager.zeros(shape));
    return NamedArrays.of(map);
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(WeitException.class).hasMessageContainingAll(parts);
  }

  private static WeightType conv(String name, int depth, int width) {
    return type(
        name,
        "conv",
        Axis.layers(depth),
        Axis.out("out", width, 2),
        Axis.in("in", width, 2),
        Axis.fixed("kernel height", 3),
        Axis.fixed("kernel width", 3));
  }

  private static WeightType type(String name, String template, Axis... axes) {
    return new WeightType(name, template, 2, new Initial.Normal(1), true, List.of(axes));
  }
}
