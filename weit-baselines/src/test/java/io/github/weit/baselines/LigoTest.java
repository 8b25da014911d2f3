package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.AxisRole;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LigoTest {

  private static final Size SMALL = new Size(4, 2);
  private static final Size LARGE = new Size(8, 3);
  private static final Seed SEED = new Seed(6);

  private NDManager manager;
  private SizedModel parent;

  @BeforeEach
  void train() {
    manager = Tiny.manager();
    parent = Tiny.model(Tiny.VIT, SMALL, manager, 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Fitting unfitted() {
    Fitting fitting = Tiny.fitting(5);
    return new Fitting(
        fitting.images(),
        fitting.normalisation(),
        fitting.recipe(),
        TrainingListener.NONE,
        () -> true);
  }

  /** Of growing depth alone: for each stack of layers a matrix from old to new ones. */
  @Test
  void countsWhatIsLearnt() {
    SizedModel one = Tiny.model(Tiny.VIT, new Size(8, 1), manager, 1);
    long stacks =
        Tiny.VIT.weights(new Size(8, 1)).stream()
            .filter(type -> type.axes().get(0).role() == AxisRole.LAYER)
            .count();
    Ligo wide = new Ligo(one, 0, unfitted());
    long square = wide.learnt(new Size(8, 1));
    assertThat(wide.learnt(new Size(8, 3)) - square).isEqualTo(2 * stacks);
    GrowthMaps maps = GrowthMaps.of(Tiny.VIT, new Size(8, 1), new Size(16, 2), 0, SEED, manager);
    assertThat(wide.learnt(new Size(16, 2))).isEqualTo(maps.leaves().elements());
  }

  @Test
  void startsFromWhatStackingGives() {
    for (Size size : new Size[] {LARGE, new Size(12, 2)}) {
      try (SizedModel found = new Ligo(parent, 0, unfitted()).initialise(size, manager, SEED);
          SizedModel stacked = new Stacking(parent, 0).initialise(size, manager, SEED)) {
        compare(Tiny.values(found), Tiny.values(stacked));
      }
    }
    SizedModel two = Tiny.model(Tiny.VIT, new Size(8, 2), manager, 1);
    try (SizedModel found =
            new Ligo(two, 0, unfitted()).initialise(new Size(12, 2), manager, SEED);
        SizedModel stacked = new Stacking(two, 0).initialise(new Size(12, 2), manager, SEED);
        SizedModel noisy =
            new Ligo(two, Ligo.NOISE, unfitted()).initialise(new Size(12, 2), manager, SEED)) {
      compare(Tiny.values(found), Tiny.values(stacked)); // one head has two copies, one has one
      assertThat(Tiny.values(noisy)).usingRecursiveComparison().isNotEqualTo(Tiny.values(stacked));
    }
  }

  private static void compare(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach(
        (name, values) -> {
          for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - expected.get(name)[i])).as(name).isLessThan(1e-6f);
          }
        });
  }

  @Test
  void composesWhatNestedLoopsCompose() {
    Map<String, double[]> maps = new LinkedHashMap<>();
    GrowthMaps random = random(maps);
    assertThat(maps.keySet())
        .contains("width/4-8", "width/8-16", "depth/blocks.{}.mlp.fc2.weight")
        .doesNotContain("depth/pos_embed");
    Map<String, NDArray> stacks = new LinkedHashMap<>();
    Map<String, double[]> small = new LinkedHashMap<>();
    parent
        .weights()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              double[] wide = new double[values.length];
              for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
              }
              small.put(name, wide);
            });
    Map<String, NDArray> wide = new LinkedHashMap<>();
    small.forEach(
        (name, values) ->
            wide.put(name, manager.create(values, parent.weights().get(name).getShape())));
    stacks.putAll(Stacks.all(Tiny.VIT, SMALL, NamedArrays.of(wide)));
    NamedArrays large = Stacks.mapped(Tiny.VIT, stacks, SMALL, LARGE, random);

    double[] b = maps.get("width/4-8");
    double[] hidden = maps.get("width/8-16");
    double[] consumed = consuming(b, 8, 4);
    double[] one = {1};
    for (int layer = 0; layer < 3; layer++) {
      String to = "blocks." + layer + ".";
      double[] qkv = mixed(maps, small, "attn.qkv.weight", layer); // (3, 4, 4)
      double[] expected = new double[3 * 8 * 8];
      for (int kind = 0; kind < 3; kind++) {
        double[] part = Arrays.copyOfRange(qkv, kind * 16, kind * 16 + 16);
        System.arraycopy(product(b, 8, 4, part, 4, consumed, 8), 0, expected, kind * 64, 64);
      }
      close(large, to + "attn.qkv.weight", expected);
      double[] fc1 = mixed(maps, small, "mlp.fc1.weight", layer);
      close(large, to + "mlp.fc1.weight", product(hidden, 16, 8, fc1, 4, consumed, 8));
      double[] fc2 = mixed(maps, small, "mlp.fc2.weight", layer);
      close(large, to + "mlp.fc2.weight", product(b, 8, 4, fc2, 8, consuming(hidden, 16, 8), 16));
      double[] bias = mixed(maps, small, "mlp.fc1.bias", layer);
      close(large, to + "mlp.fc1.bias", product(hidden, 16, 8, bias, 1, one, 1));
    }
    double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    close(large, "head.weight", product(identity, 3, 3, small.get("head.weight"), 4, consumed, 8));
    close(large, "norm.weight", product(b, 8, 4, small.get("norm.weight"), 1, one, 1));
    close(large, "head.bias", small.get("head.bias"));
  }

  /**
   * The maps of the two sizes with random numbers in float64, which are put into {@code values}.
   */
  private GrowthMaps random(Map<String, double[]> values) {
    RandomGenerator random = SEED.generator();
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    GrowthMaps.of(Tiny.VIT, SMALL, LARGE, 0, SEED, manager)
        .leaves()
        .forEach(
            (name, leaf) -> {
              double[] drawn = random.doubles(leaf.size(), -1, 1).toArray();
              values.put(name, drawn);
              leaves.put(name, manager.create(drawn, leaf.getShape()));
            });
    return new GrowthMaps(NamedArrays.of(leaves));
  }

  /** sum_l w[layer, l] W_l. */
  private static double[] mixed(
      Map<String, double[]> maps, Map<String, double[]> small, String name, int layer) {
    double[] w = maps.get("depth/blocks.{}." + name); // (3, 2)
    double[] zero = small.get("blocks.0." + name);
    double[] one = small.get("blocks.1." + name);
    double[] sum = new double[zero.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = w[2 * layer] * zero[i] + w[2 * layer + 1] * one[i];
    }
    return sum;
  }

  /** B with every column divided by its squared length. */
  private static double[] consuming(double[] b, int rows, int columns) {
    double[] a = new double[b.length];
    for (int column = 0; column < columns; column++) {
      double square = 0;
      for (int row = 0; row < rows; row++) {
        square += b[row * columns + column] * b[row * columns + column];
      }
      for (int row = 0; row < rows; row++) {
        a[row * columns + column] = b[row * columns + column] / square;
      }
    }
    return a;
  }

  /** B W A^T of B (rows, inner), W (inner, columns) and A (wide, columns). */
  private static double[] product(
      double[] b, int rows, int inner, double[] w, int columns, double[] a, int wide) {
    double[] product = new double[rows * wide];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < wide; j++) {
        for (int k = 0; k < inner; k++) {
          for (int l = 0; l < columns; l++) {
            product[i * wide + j] += b[i * inner + k] * w[k * columns + l] * a[j * columns + l];
          }
        }
      }
    }
    return product;
  }

  private static void close(NamedArrays found, String name, double[] expected) {
    double[] values = found.get(name).toDoubleArray();
    assertThat(values).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(values[i] - expected[i])).as(name).isLessThan(1e-12);
    }
  }

  @Test
  void learnsTheMapsAndLeavesTheParentAlone() {
    Map<String, float[]> before = Tiny.values(parent);
    List<Double> losses = new ArrayList<>();
    Fitting fitting = Tiny.fitting(40);
    Fitting followed =
        new Fitting(
            fitting.images(),
            fitting.normalisation(),
            fitting.recipe(),
            report -> losses.add(report.loss()),
            () -> false);
    try (SizedModel found =
            new Ligo(parent, Ligo.NOISE, followed).initialise(LARGE, manager, SEED);
        SizedModel start =
            new Ligo(parent, Ligo.NOISE, unfitted()).initialise(LARGE, manager, SEED)) {
      assertThat(losses).hasSize(40);
      assertThat(losses.get(39)).isLessThan(0.8 * losses.get(0));
      found
          .weights()
          .forEach(
              (name, array) -> {
                assertThat(array.hasGradient()).as(name).isFalse();
                if (!name.equals("head.bias")) { // nothing to map
                  assertThat(array.toFloatArray())
                      .as(name)
                      .isNotEqualTo(start.weights().get(name).toFloatArray());
                }
              });
    }
    assertThat(Tiny.values(parent)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void mapsOfWidthLearnSlower() {
    NamedArrays leaves = GrowthMaps.of(Tiny.VIT, SMALL, LARGE, 0, SEED, manager).leaves();
    for (String leaf : leaves.names()) {
      double factor =
          Ligo.groups(leaves).stream()
              .filter(group -> group.parameters().contains(leaf))
              .mapToDouble(ParameterGroup::learningRateFactor)
              .sum();
      assertThat(factor).as(leaf).isEqualTo(leaf.startsWith("depth/") ? 1 : Ligo.WIDTH_FACTOR);
    }
    assertThat(leaves.names()).contains("width/4-8");
  }

  @Test
  void keepsNothingButTheModel() {
    int before = manager.getManagedArrays().size();
    try (SizedModel found =
        new Ligo(parent, Ligo.NOISE, Tiny.fitting(2)).initialise(LARGE, manager, SEED)) {
      assertThat(manager.getManagedArrays()).hasSize(before + found.weights().size());
    }
  }

  @Test
  void oneSeedGivesOneModel() {
    Map<String, float[]> one = weights(1);
    assertThat(weights(1)).usingRecursiveComparison().isEqualTo(one);
    assertThat(weights(2)).usingRecursiveComparison().isNotEqualTo(one);
  }

  private Map<String, float[]> weights(long seed) {
    try (SizedModel found =
        new Ligo(parent, Ligo.NOISE, Tiny.fitting(3)).initialise(LARGE, manager, new Seed(seed))) {
      return Tiny.values(found);
    }
  }

  @Test
  void growsAResNet() {
    SizedModel small = Tiny.model(Tiny.RES_NET, Size.parse("4x1-2"), manager, 2);
    Size size = Size.parse("8x2-3");
    try (SizedModel found = new Ligo(small, 0, unfitted()).initialise(size, manager, SEED);
        SizedModel stacked = new Stacking(small, 0).initialise(size, manager, SEED)) {
      compare(Tiny.values(found), Tiny.values(stacked));
      assertThat(found.weights().get("layer2.2.conv1.weight").getShape())
          .isEqualTo(new Shape(16, 16, 3, 3));
    }
  }

  @Test
  void refusesWhatIsSmaller() {
    Ligo ligo = new Ligo(parent, 0, Tiny.fitting(2));
    assertThat(ligo.name()).isEqualTo("ligo");
    assertThat(ligo.refusal(LARGE)).isEmpty();
    assertThat(ligo.refusal(new Size(8, 1)).orElseThrow()).contains("4x2");
    assertThat(ligo.refusal(new Size(5, 2)).orElseThrow()).contains("width 5");
  }
}
