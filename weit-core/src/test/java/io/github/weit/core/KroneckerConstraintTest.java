package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.KroneckerConstraint.Order;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class KroneckerConstraintTest {

  private static final double TOLERANCE = 1e-12;

  @Provide
  Arbitrary<WeightType> types() {
    return WeightTypeArbitrary.any();
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE, seed = "101")
  void composesWhatNestedLoopsCompose(@ForAll("types") WeightType type, @ForAll Order order) {
    double[] templates = Doubles.normal(new Seed(1), size(type, true));
    double[] scalers = Doubles.normal(new Seed(2), size(type, false));
    double[] expected = NaiveKronecker.compose(type, order, templates, scalers);
    Doubles.assertClose(compose(type, order, templates, scalers), expected, TOLERANCE);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, seed = "102")
  void ordersDifferByAPermutationAlongEachAxis(@ForAll("types") WeightType type) {
    double[] templates = Doubles.normal(new Seed(3), size(type, true));
    double[] scalers = Doubles.normal(new Seed(4), size(type, false));
    double[] block = compose(type, Order.BLOCK, templates, scalers);
    double[] interleaved = compose(type, Order.INTERLEAVED, templates, scalers);
    double[] permuted = new double[block.length];
    for (int flat = 0; flat < block.length; flat++) {
      int target = 0;
      int stride = 1;
      int rest = flat;
      for (int axis = type.axes().size() - 1; axis >= 0; axis--) {
        int p = (int) type.axes().get(axis).template();
        int g = (int) type.axes().get(axis).scaler();
        int index = rest % (g * p); // a p + b goes to b g + a
        target += (index % p * g + index / p) * stride;
        stride *= g * p;
        rest /= g * p;
      }
      permuted[target] = block[flat];
    }
    assertThat(interleaved).isEqualTo(permuted);
  }

  @Test
  void oneMatrixIsTheSumOfTextbookKroneckerProducts() {
    int terms = 3;
    WeightType type =
        matrix("weight", terms, Axis.out("out", 8, 4), Axis.in("in", 15, 5)); // g (2, 3), p (4, 5)
    double[] templates = Doubles.normal(new Seed(5), terms * 20L);
    double[] scalers = Doubles.normal(new Seed(6), terms * 6L);
    double[] block = new double[8 * 15];
    double[] interleaved = new double[8 * 15];
    for (int t = 0; t < terms; t++) {
      double[][] s = matrixOf(scalers, t, 2, 3);
      double[][] p = matrixOf(templates, t, 4, 5);
      addTo(block, NaiveKronecker.kron(s, p));
      addTo(interleaved, NaiveKronecker.kron(p, s));
    }
    Doubles.assertClose(compose(type, Order.BLOCK, templates, scalers), block, TOLERANCE);
    Doubles.assertClose(
        compose(type, Order.INTERLEAVED, templates, scalers), interleaved, TOLERANCE);
  }

  @Test
  void blockOrderLaysWeightedTemplatesSideBySide() {
    WeightType type = matrix("weight", 1, Axis.out("out", 2, 1), Axis.in("in", 4, 2));
    double[] weights = compose(type, Order.BLOCK, new double[] {1, 10}, new double[] {1, 2, 3, 4});
    assertThat(weights).containsExactly(1, 10, 2, 20, 3, 30, 4, 40);
    double[] others =
        compose(type, Order.INTERLEAVED, new double[] {1, 10}, new double[] {1, 2, 3, 4});
    assertThat(others).containsExactly(1, 2, 10, 20, 3, 4, 30, 40);
  }

  @Test
  void refusesTemplatesAndScalersOfAnotherShapeThoughOfTheSameSize() {
    WeightType type =
        matrix("weight", 2, Axis.out("out", 6, 3), Axis.in("in", 8, 2)); // T (2, 3, 2), S (2, 2, 4)
    KroneckerConstraint constraint = new KroneckerConstraint();
    try (NDManager manager = TestDevice.newManager()) {
      NDList templates = new NDList(manager.zeros(new Shape(2, 3, 2)));
      NDList scalers = new NDList(manager.zeros(new Shape(2, 2, 4)));
      assertThat(constraint.compose(type, templates, scalers).getShape())
          .isEqualTo(new Shape(6, 8));
      assertThatThrownBy(
              () ->
                  constraint.compose(type, new NDList(manager.zeros(new Shape(2, 2, 3))), scalers))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("'weight'")
          .hasMessageContaining("templates")
          .hasMessageContaining("(2, 3, 2)")
          .hasMessageContaining("(2, 2, 3)");
      assertThatThrownBy(
              () ->
                  constraint.compose(
                      type, templates, new NDList(manager.zeros(new Shape(2, 4, 2)))))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("scalers")
          .hasMessageContaining("(2, 2, 4)")
          .hasMessageContaining("(2, 4, 2)");
    }
  }

  @Test
  void templatesDoNotDependOnScalerExtents() {
    WeightType small = matrix("weight", 2, Axis.out("out", 6, 3), Axis.in("in", 8, 2));
    WeightType large = matrix("weight", 2, Axis.out("out", 12, 3), Axis.in("in", 20, 2));
    KroneckerConstraint constraint = new KroneckerConstraint();
    assertThat(constraint.templates(small).get(0).shape()).isEqualTo(new Shape(2, 3, 2));
    assertThat(constraint.templates(large).get(0).shape()).isEqualTo(new Shape(2, 3, 2));
    assertThat(constraint.scalers(large).get(0).shape()).isEqualTo(new Shape(2, 4, 10));
  }

  @Test
  void isRestoredFromItsNameAndOptions() {
    for (Order order : Order.values()) {
      KroneckerConstraint constraint = new KroneckerConstraint(order);
      assertThat(Constraints.of(constraint.id(), constraint.options())).isEqualTo(constraint);
    }
    assertThat(Constraints.of("kronecker", Map.of()))
        .isEqualTo(new KroneckerConstraint(Order.BLOCK));
    assertThat(Constraints.of("kronecker", Map.of("order", "interleaved")))
        .isEqualTo(new KroneckerConstraint(Order.INTERLEAVED));
  }

  @Test
  void refusesUnknownConstraintsAndOrders() {
    assertThatThrownBy(() -> Constraints.of("tucker", Map.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'tucker'")
        .hasMessageContaining("kronecker");
    assertThatThrownBy(() -> Constraints.of("kronecker", Map.of("order", "sideways")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'sideways'")
        .hasMessageContaining("BLOCK")
        .hasMessageContaining("INTERLEAVED");
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE, seed = "103")
  void countsTheMultiplicationsOfNestedLoops(
      @ForAll("types") WeightType type, @ForAll Order order) {
    long macs = 0;
    for (long entry = 0; entry < type.stackedShape().size(); entry++) {
      for (int term = 0; term < type.terms(); term++) {
        macs++;
      }
    }
    assertThat(new KroneckerConstraint(order).cost(type).macs()).isEqualTo(macs);
  }

  /** The engine's own reshape tells: what it gives shares its memory with the product or not. */
  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE, seed = "104")
  void countsASecondArrayWhereTheEngineMakesOne(
      @ForAll("types") WeightType type, @ForAll Order order) {
    int rank = type.axes().size();
    long[] split = new long[2 * rank];
    int[] permutation = new int[2 * rank];
    for (int i = 0; i < rank; i++) {
      split[i] = type.axes().get(i).scaler();
      split[rank + i] = type.axes().get(i).template();
      permutation[2 * i] = order == Order.BLOCK ? i : rank + i;
      permutation[2 * i + 1] = order == Order.BLOCK ? rank + i : i;
    }
    try (NDManager manager = TestDevice.newManager()) {
      NDArray product = manager.zeros(new Shape(split));
      NDArray weights = product.transpose(permutation).reshape(type.stackedShape());
      product.addi(manager.ones(product.getShape()));
      boolean copied = weights.sum().toFloatArray()[0] == 0;
      assertThat(new KroneckerConstraint(order).cost(type).numbers())
          .isEqualTo((copied ? 2 : 1) * product.size());
    }
  }

  @Test
  void costsOfTypesAddUp() {
    assertThat(new CompositionCost(3, 5).plus(new CompositionCost(10, 20)))
        .isEqualTo(new CompositionCost(13, 25));
  }

  private static WeightType matrix(String name, int terms, Axis... axes) {
    return new WeightType(name, name, terms, new Initial.Normal(0.02), true, List.of(axes));
  }

  private static long size(WeightType type, boolean ofTemplates) {
    return type.axes().stream()
        .mapToLong(axis -> ofTemplates ? axis.template() : axis.scaler())
        .reduce(type.terms(), (a, b) -> a * b);
  }

  private static double[] compose(
      WeightType type, Order order, double[] templates, double[] scalers) {
    KroneckerConstraint constraint = new KroneckerConstraint(order);
    try (NDManager manager = TestDevice.newManager()) {
      NDArray t = manager.create(templates, constraint.templates(type).get(0).shape());
      NDArray s = manager.create(scalers, constraint.scalers(type).get(0).shape());
      NDArray weights = constraint.compose(type, new NDList(t), new NDList(s));
      assertThat(weights.getShape()).isEqualTo(type.stackedShape());
      return weights.toDoubleArray();
    }
  }

  private static double[][] matrixOf(double[] values, int term, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(values, (term * rows + i) * columns, matrix[i], 0, columns);
    }
    return matrix;
  }

  private static void addTo(double[] sum, double[][] matrix) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += matrix[i / matrix[0].length][i % matrix[0].length];
    }
  }
}
