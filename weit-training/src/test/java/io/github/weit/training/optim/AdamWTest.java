package io.github.weit.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamWTest {
  private static final Map<String, Shape> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("matrix", new Shape(4, 3));
    SHAPES.put("vector", new Shape(5));
    SHAPES.put("scalar", new Shape());
  }

  private static final List<ParameterGroup> GROUPS =
      List.of(
          new ParameterGroup("slow", Set.of("matrix"), 0.25, 0.3),
          new ParameterGroup("plain", Set.of("vector"), 1, 0),
          new ParameterGroup("fast", Set.of("scalar"), 2, 0.01));

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] normal(Seed seed, int length) {
    RandomGenerator random = seed.generator();
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  private NamedArrays arrays(Seed seed, DataType type) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          NDArray doubles = manager.create(normal(seed.child(name), (int) shape.size()), shape);
          arrays.put(name, doubles.toType(type, false));
        });
    return NamedArrays.of(arrays);
  }

  private static double[] values(NDArray array) {
    try (NDArray doubles = array.toType(DataType.FLOAT64, true)) {
      return doubles.toDoubleArray();
    }
  }

  /** The textbook, element by element. */
  private static final class Naive {
    private final double[] p;
    private final double[] m;
    private final double[] v;

    private Naive(double[] p) {
      this.p = p;
      m = new double[p.length];
      v = new double[p.length];
    }

    private void step(double[] g, int t, double rate, double decay, AdamWOptions o) {
      for (int i = 0; i < p.length; i++) {
        p[i] *= 1 - rate * decay;
        m[i] = o.beta1() * m[i] + (1 - o.beta1()) * g[i];
        v[i] = o.beta2() * v[i] + (1 - o.beta2()) * g[i] * g[i];
        double denominator = Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(o.beta2(), t)) + o.epsilon();
        p[i] -= rate * m[i] / (1 - Math.pow(o.beta1(), t)) / denominator;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 0.9, 0.999, 1e-8, 1e-13",
    "FLOAT64, 0.8, 0.95, 1e-3, 1e-13",
    "FLOAT64, 0, 0, 1e-8, 1e-13",
    "FLOAT32, 0.9, 0.999, 1e-8, 2e-6",
    "FLOAT32, 0.8, 0.95, 1e-3, 2e-6"
  })
  void everyGroupFollowsTheTextbookForTwentyFiveSteps(
      DataType type, double beta1, double beta2, double epsilon, double tolerance) {
    AdamWOptions options = new AdamWOptions(beta1, beta2, epsilon);
    NamedArrays leaves = arrays(new Seed(1), type);
    Map<String, Naive> naive = new LinkedHashMap<>();
    leaves.forEach((name, leaf) -> naive.put(name, new Naive(values(leaf))));
    try (AdamW adam = new AdamW(leaves, GROUPS, options, manager)) {
      for (int t = 1; t <= 25; t++) {
        double rate = 0.02 / t;
        NamedArrays gradients = arrays(new Seed(2).child(t), type);
        adam.step(gradients.asMap(), rate);
        for (ParameterGroup group : GROUPS) {
          for (String name : group.parameters()) {
            double own = rate * group.learningRateFactor();
            naive.get(name).step(values(gradients.get(name)), t, own, group.weightDecay(), options);
            assertThat(values(leaves.get(name)))
                .as(name + " after " + t)
                .containsExactly(naive.get(name).p, within(tolerance));
          }
        }
        gradients.close();
      }
      assertThat(adam.steps()).isEqualTo(25);
    }
  }

  @Test
  void epsilonIsAddedAfterTheCorrection() {
    NamedArrays leaves = NamedArrays.of(Map.of("p", manager.create(new float[] {1})));
    NDArray gradient = manager.create(new float[] {1e-4f});
    double[] expected = {0.989001, 0.978013, 0.967036};
    try (AdamW adam =
        new AdamW(leaves, ParameterGroup.all(leaves, 0.1), AdamWOptions.DEFAULT, manager)) {
      for (double value : expected) {
        adam.step(Map.of("p", gradient), 0.01);
        assertThat((double) leaves.get("p").toFloatArray()[0]).isCloseTo(value, within(6e-7));
      }
    }
  }

  @Test
  void gradientsAreOnlyRead() {
    NamedArrays leaves = arrays(new Seed(1), DataType.FLOAT32);
    NamedArrays gradients = arrays(new Seed(2), DataType.FLOAT32);
    double[] before = values(gradients.get("matrix"));
    try (AdamW adam = new AdamW(leaves, GROUPS, AdamWOptions.DEFAULT, manager)) {
      adam.step(gradients.asMap(), 0.1);
    }
    assertThat(values(gradients.get("matrix"))).containsExactly(before);
  }

  @Test
  void aRestoredStateGoesOnByteForByte() {
    NamedArrays leaves = arrays(new Seed(1), DataType.FLOAT32);
    try (AdamW adam = new AdamW(leaves, GROUPS, AdamWOptions.DEFAULT, manager)) {
      for (int t = 0; t < 5; t++) {
        adam.step(arrays(new Seed(3).child(t), DataType.FLOAT32).asMap(), 0.01);
      }
      NamedArrays copied = leaves.copyTo(manager);
      try (AdamW other = new AdamW(copied, GROUPS, AdamWOptions.DEFAULT, manager)) {
        NamedArrays state = adam.state(manager);
        other.restore(state);
        assertThat(other.steps()).isEqualTo(5);
        state.forEach((key, array) -> array.subi(array)); // neither optimiser may notice
        NamedArrays gradients = arrays(new Seed(4), DataType.FLOAT32);
        adam.step(gradients.asMap(), 0.01);
        other.step(gradients.asMap(), 0.01);
      }
      leaves.forEach(
          (name, leaf) ->
              assertThat(copied.get(name).toByteArray()).as(name).isEqualTo(leaf.toByteArray()));
    }
  }

  @Test
  void aStateOfAnotherSizeIsRefusedAndChangesNothing() {
    NamedArrays leaves = arrays(new Seed(1), DataType.FLOAT32);
    NamedArrays other =
        NamedArrays.of(
            Map.of(
                "matrix", manager.zeros(new Shape(4, 4)),
                "vector", manager.zeros(new Shape(5)),
                "scalar", manager.zeros(new Shape())));
    try (AdamW adam = new AdamW(leaves, GROUPS, AdamWOptions.DEFAULT, manager);
        AdamW bigger = new AdamW(other, GROUPS, AdamWOptions.DEFAULT, manager)) {
      adam.step(arrays(new Seed(2), DataType.FLOAT32).asMap(), 0.01);
      double[] before = values(adam.state(manager).get("first_moment.matrix"));
      assertThatThrownBy(() -> adam.restore(bigger.state(manager)))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("first_moment.matrix")
          .hasMessageContaining("(4, 3)")
          .hasMessageContaining("(4, 4)");
      assertThat(adam.steps()).isEqualTo(1);
      assertThat(values(adam.state(manager).get("first_moment.matrix"))).containsExactly(before);
    }
  }

  @Test
  void stepsAndClosingLeaveNoArrayBehind() {
    NamedArrays leaves = arrays(new Seed(1), DataType.FLOAT64);
    NamedArrays gradients = arrays(new Seed(2), DataType.FLOAT64);
    NDManager system = manager.getParentManager();
    int before = manager.getManagedArrays().size();
    int everywhere = system.getManagedArrays().size();
    try (AdamW adam = new AdamW(leaves, GROUPS, AdamWOptions.DEFAULT, manager)) {
      adam.step(gradients.asMap(), 0.01);
      int kept = manager.getManagedArrays().size();
      for (int t = 0; t < 50; t++) {
        adam.step(gradients.asMap(), 0.01);
      }
      assertThat(manager.getManagedArrays()).hasSize(kept);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
    assertThat(system.getManagedArrays()).hasSize(everywhere);
  }

  @Test
  void groupsMustCoverEveryParameterOnce() {
    NamedArrays leaves = arrays(new Seed(1), DataType.FLOAT32);
    AdamWOptions options = AdamWOptions.DEFAULT;
    assertThatThrownBy(() -> new AdamW(leaves, GROUPS.subList(0, 2), options, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'scalar' is in no group");
    List<ParameterGroup> twice =
        List.of(
            new ParameterGroup("a", SHAPES.keySet(), 1, 0),
            new ParameterGroup("b", Set.of("vector"), 1, 0));
    assertThatThrownBy(() -> new AdamW(leaves, twice, options, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'vector' is in the groups 'a' and 'b'");
    List<ParameterGroup> unknown = List.of(new ParameterGroup("a", Set.of("tensor"), 1, 0));
    assertThatThrownBy(() -> new AdamW(leaves, unknown, options, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'tensor'");
  }

  /** A fused step goes through memory, and would move what the array leaves out. */
  @Test
  void aPartOfALargerArrayIsRefused() {
    NDArray large = manager.ones(new Shape(5, 6));
    Map<String, NDArray> part = Map.of("part", large.get(":, 0:3"));
    NamedArrays leaves = NamedArrays.of(part);
    List<ParameterGroup> group = ParameterGroup.all(leaves, 0);
    assertThatThrownBy(() -> new AdamW(leaves, group, AdamWOptions.DEFAULT, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("'part'", "a part of a larger array", "copyTo");
    NamedArrays turned = NamedArrays.of(Map.of("part", large.transpose()));
    new AdamW(turned, group, AdamWOptions.DEFAULT, manager).close();
    new AdamW(leaves.copyTo(manager), group, AdamWOptions.DEFAULT, manager).close();
  }

  @Test
  void aMissingGradientIsNamedBeforeAnythingMoves() {
    NamedArrays leaves = arrays(new Seed(1), DataType.FLOAT32);
    Map<String, NDArray> gradients =
        new LinkedHashMap<>(arrays(new Seed(2), DataType.FLOAT32).asMap());
    gradients.remove("scalar");
    double[] before = values(leaves.get("matrix"));
    try (AdamW adam = new AdamW(leaves, GROUPS, AdamWOptions.DEFAULT, manager)) {
      assertThatThrownBy(() -> adam.step(gradients, 0.01))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("'scalar'");
      assertThat(adam.steps()).isZero();
    }
    assertThat(values(leaves.get("matrix"))).containsExactly(before);
  }

  @Test
  void byRankSparesVectorsTheDecay() {
    List<ParameterGroup> groups = ParameterGroup.byRank(arrays(new Seed(1), DataType.FLOAT32), 0.1);
    assertThat(groups)
        .containsExactly(
            new ParameterGroup("matrices", Set.of("matrix"), 1, 0.1),
            new ParameterGroup("vectors", Set.of("vector", "scalar"), 1, 0));
  }
}
