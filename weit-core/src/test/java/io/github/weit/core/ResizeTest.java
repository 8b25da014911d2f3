package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Resize.Depth;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ResizeTest {

  @Provide
  Arbitrary<WeightType> types() {
    return WeightTypeArbitrary.any();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = "201")
  void resizesWhatNestedLoopsResize(
      @ForAll("types") WeightType from,
      @ForAll Depth shallower,
      @ForAll boolean interpolates,
      @ForAll long targetSeed) {
    WeightType to = atRandomExtents(from, new Seed(targetSeed));
    Resize rule =
        new Resize(shallower, interpolates ? Depth.INTERPOLATE : Depth.REPEAT, 0, new Seed(0));
    double[] grid = Doubles.normal(new Seed(20), from.terms() * extent(from));
    Doubles.assertClose(resize(from, to, grid, rule), naive(from, to, grid, rule), 1e-14);
  }

  /** Every entry of the new grid by the definition: a sum over the entries of the old one. */
  private static double[] naive(WeightType from, WeightType to, double[] grid, Resize rule) {
    int oldSize = (int) extent(from);
    int newSize = (int) extent(to);
    double[] resized = new double[from.terms() * newSize];
    for (int flat = 0; flat < resized.length; flat++) {
      for (int source = 0; source < oldSize; source++) {
        int newRest = flat % newSize;
        int oldRest = source;
        double coefficient = 1;
        for (int axis = from.axes().size() - 1; axis >= 0; axis--) {
          int old = (int) from.axes().get(axis).scaler();
          int size = (int) to.axes().get(axis).scaler();
          AxisRole role = from.axes().get(axis).role();
          coefficient *= coefficient(role, rule, old, size, newRest % size, oldRest % old);
          newRest /= size;
          oldRest /= old;
        }
        resized[flat] += coefficient * grid[flat / newSize * oldSize + source];
      }
    }
    return resized;
  }

  /** How much of entry {@code i} of {@code old} goes to entry {@code j} of {@code size}. */
  private static double coefficient(AxisRole role, Resize rule, int old, int size, int j, int i) {
    boolean source = j % old == i;
    if (role == AxisRole.LAYER && old != size) {
      Depth depth = size < old ? rule.shallower() : rule.deeper();
      double position = size == 1 ? 0 : j * (old - 1.0) / (size - 1.0);
      if (depth == Depth.INTERPOLATE) {
        return Math.max(0, 1 - Math.abs(position - i)); // a tent over each layer
      }
    }
    if (role == AxisRole.IN && size > old) {
      int copies = 0;
      for (int other = 0; other < size; other++) {
        copies += other % old == i ? 1 : 0;
      }
      return source ? 1.0 / copies : 0;
    }
    return source ? 1 : 0;
  }

  @Test
  void interpolationKeepsBothEndsAndStraightLines() {
    double[] line = {10, 11, 12, 13};
    WeightType from = layers(4);
    assertThat(resize(from, layers(7), line, Resize.standard()))
        .containsExactly(new double[] {10, 10.5, 11, 11.5, 12, 12.5, 13}, within(1e-14));
    Resize sampling = new Resize(Depth.INTERPOLATE, Depth.INTERPOLATE, 0, new Seed(0));
    assertThat(resize(from, layers(2), line, sampling)).containsExactly(10, 13);
    assertThat(resize(from, layers(1), line, sampling)).containsExactly(10);
    assertThat(resize(layers(1), layers(3), new double[] {5}, sampling)).containsExactly(5, 5, 5);
  }

  @Test
  void unevenSharesOfEveryEntrySumToWhatEvenOnesDo() {
    WeightType from = matrix(2, 3);
    WeightType to = matrix(3, 10);
    double[] grid = Doubles.normal(new Seed(20), 2 * 2 * 3);
    Resize uneven = Resize.standard().withUnevenness(0.5, new Seed(21));
    double[] shared = resize(from, to, grid, uneven); // (2, 3, 10)
    for (int row = 0; row < 2 * 3; row++) {
      for (int source = 0; source < 3; source++) {
        double sum = 0;
        for (int copy = source; copy < 10; copy += 3) {
          sum += shared[row * 10 + copy];
        }
        double whole = grid[row / 3 * 6 + row % 3 % 2 * 3 + source];
        assertThat(sum).isCloseTo(whole, within(1e-14));
      }
    }
    assertThat(resize(from, to, grid, uneven)).isEqualTo(shared);
    assertThat(resize(from, to, grid, uneven.withUnevenness(0.5, new Seed(22))))
        .isNotEqualTo(shared);
  }

  @Test
  void unevennessLeavesProducedFeaturesAndNarrowerGridsAlone() {
    WeightType from = matrix(2, 3);
    double[] grid = Doubles.normal(new Seed(23), 2 * 2 * 3);
    Resize uneven = Resize.standard().withUnevenness(0.9, new Seed(24));
    for (WeightType to : List.of(matrix(5, 3), matrix(1, 2))) {
      assertThat(resize(from, to, grid, uneven))
          .isEqualTo(resize(from, to, grid, Resize.standard()));
    }
  }

  @Test
  void sameSizeIsTheSameArray() {
    try (NDManager manager = TestDevice.newManager()) {
      NDArray grid = manager.ones(new Shape(2, 4, 1));
      NDList same =
          new KroneckerConstraint()
              .resize(layers(4, 2), layers(4, 2), new NDList(grid), Resize.standard());
      assertThat(same.singletonOrThrow()).isSameAs(grid);
    }
  }

  @Test
  void leavesTheGridItWasGivenAlone() {
    try (NDManager manager = TestDevice.newManager()) {
      NDArray grid = Doubles.normal(manager, new Seed(26), new Shape(1, 4, 1));
      double[] values = grid.toDoubleArray();
      NDList list = new NDList(grid);
      for (int depth : new int[] {2, 7}) {
        new KroneckerConstraint().resize(layers(4), layers(depth), list, Resize.standard());
        assertThat(grid.getShape()).isEqualTo(new Shape(1, 4, 1));
        assertThat(grid.toDoubleArray()).isEqualTo(values);
      }
    }
  }

  @Test
  void refusesToResizeKindsBothWays() {
    WeightType three = kinds(3);
    for (int count : new int[] {2, 4}) {
      assertThatThrownBy(() -> resize(three, kinds(count), new double[6], Resize.standard()))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("'kind'")
          .hasMessageContaining("expected 3, found " + count);
    }
  }

  @Test
  void refusesAFixedAxisOfAnotherLength() {
    WeightType nine = fixed(9);
    assertThatThrownBy(() -> resize(nine, fixed(16), new double[2], Resize.standard()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'pos_embed'")
        .hasMessageContaining("token");
  }

  @Test
  void refusesAGridOfAnotherShape() {
    try (NDManager manager = TestDevice.newManager()) {
      NDList grid = new NDList(manager.ones(new Shape(1, 3, 1)));
      assertThatThrownBy(
              () -> new KroneckerConstraint().resize(layers(4), layers(2), grid, Resize.standard()))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("(1, 4, 1)")
          .hasMessageContaining("(1, 3, 1)");
    }
  }

  @Test
  void refusesRulesThatMakeNoSense() {
    assertThatThrownBy(() -> new Resize(Depth.PREFIX, Depth.PREFIX, 0, new Seed(0)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("deeper");
    for (double value : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> Resize.standard().withUnevenness(value, new Seed(0)))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("unevenness")
          .hasMessageContaining(Double.toString(value));
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

  private static long extent(WeightType type) {
    return type.axes().stream().mapToLong(Axis::scaler).reduce(1, (a, b) -> a * b);
  }

  private static double[] resize(WeightType from, WeightType to, double[] grid, Resize rule) {
    KroneckerConstraint constraint = new KroneckerConstraint();
    try (NDManager manager = TestDevice.newManager()) {
      NDArray old = manager.create(grid, constraint.scalers(from).get(0).shape());
      NDArray resized = constraint.resize(from, to, new NDList(old), rule).singletonOrThrow();
      assertThat(resized.getShape()).isEqualTo(constraint.scalers(to).get(0).shape());
      return resized.toDoubleArray();
    }
  }

  private static WeightType layers(int depth) {
    return layers(depth, 1);
  }

  private static WeightType layers(int depth, int terms) {
    return type("blocks.{}.scale", terms, Axis.layers(depth), Axis.fixed("entry", 1));
  }

  private static WeightType kinds(int count) {
    return type("qkv", 1, Axis.group("kind", count), Axis.out("out", 4, 2));
  }

  private static WeightType matrix(int rows, int columns) {
    return type("matrix", 2, Axis.out("out", 2L * rows, 2), Axis.in("in", 2L * columns, 2));
  }

  private static WeightType fixed(int tokens) {
    return type("pos_embed", 1, Axis.fixed("token", tokens), Axis.out("out", 4, 2));
  }

  private static WeightType type(String name, int terms, Axis... axes) {
    return new WeightType(name, name, terms, new Initial.Normal(1), true, List.of(axes));
  }
}
