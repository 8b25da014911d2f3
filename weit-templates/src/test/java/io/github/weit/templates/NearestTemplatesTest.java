package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.Constraint;
import io.github.weit.core.Initial;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.KroneckerConstraint.Order;
import io.github.weit.core.LayerMixConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ConvCut;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NearestTemplatesTest {

  private static final int TERMS = 3;

  private final NDManager manager = WeitEngine.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static WeightType type(String name, int terms, Axis... axes) {
    return new WeightType(name, "shared", terms, new Initial.Normal(0.02), true, List.of(axes));
  }

  /** Matrices, vectors, kernels, groups; with layers and without; alone and sharing templates. */
  private static final Map<String, List<WeightType>> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("matrix", List.of(type("w", TERMS, Axis.out("out", 8, 2), Axis.in("in", 12, 3))));
    TABLES.put("vector", List.of(type("b.{}", TERMS, Axis.layers(3), Axis.out("out", 12, 4))));
    TABLES.put(
        "kernel",
        List.of(
            type(
                "conv.{}",
                TERMS,
                Axis.layers(2),
                Axis.out("out", 6, 2),
                Axis.in("in", 6, 3),
                Axis.fixed("row", 3),
                Axis.fixed("column", 2))));
    TABLES.put(
        "qkv",
        List.of(
            type(
                "qkv.{}",
                TERMS,
                Axis.layers(2),
                Axis.group("kind", 3),
                Axis.out("out", 4, 2),
                Axis.in("in", 8, 2))));
    TABLES.put(
        "stages",
        List.of(
            type("s0.{}", TERMS, Axis.layers(2), Axis.out("out", 4, 2), Axis.in("in", 9, 3)),
            type("s1.{}", TERMS, Axis.layers(3), Axis.out("out", 8, 2), Axis.in("in", 3, 3))));
    TABLES.put("wide", List.of(type("head", TERMS, Axis.fixed("class", 7), Axis.in("in", 8, 2))));
  }

  static Stream<Arguments> tables() {
    return TABLES.values().stream()
        .flatMap(types -> Arrays.stream(Order.values()).map(order -> Arguments.of(types, order)));
  }

  private static double[][] normal(int rows, int columns, Seed seed) {
    RandomGenerator random = seed.generator();
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    return matrix;
  }

  /** Rows of all types that share, one below the other. */
  private static double[][] stacked(List<WeightType> types, Order order, NamedArrays weights) {
    return types.stream()
        .flatMap(type -> Arrays.stream(NaiveFactors.matrix(type, order, weights)))
        .toArray(double[][]::new);
  }

  private NamedArrays dense(List<WeightType> types, Order order, double[][] matrix) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    int first = 0;
    for (WeightType type : types) {
      int rows = NaiveFactors.rows(type);
      double[][] own = Arrays.copyOfRange(matrix, first, first + rows);
      weights.putAll(NaiveFactors.weights(type, order, own, manager).asMap());
      first += rows;
    }
    return NamedArrays.of(weights);
  }

  private NamedArrays random(List<WeightType> types, Order order) {
    int rows = types.stream().mapToInt(NaiveFactors::rows).sum();
    return dense(types, order, normal(rows, NaiveFactors.columns(types.get(0)), new Seed(5)));
  }

  /** A sum of Kronecker products, entry by entry, of scalers (G, N) and templates (N, P). */
  private NamedArrays sum(List<WeightType> types, Order order, int terms) {
    int rows = types.stream().mapToInt(NaiveFactors::rows).sum();
    int columns = NaiveFactors.columns(types.get(0));
    double[][] scalers = normal(rows, terms, new Seed(6));
    double[][] templates = normal(terms, columns, new Seed(7));
    double[][] matrix = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        for (int t = 0; t < terms; t++) {
          matrix[r][c] += scalers[r][t] * templates[t][c];
        }
      }
    }
    return dense(types, order, matrix);
  }

  private Factored factor(List<WeightType> types, Order order, NamedArrays weights) {
    return Factored.of(new KroneckerConstraint(order), types, weights, new Seed(1), manager);
  }

  private static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double squares(double[] values) {
    return Arrays.stream(values).map(x -> x * x).sum();
  }

  @ParameterizedTest
  @MethodSource("tables")
  void givesBackASumOfKroneckerProducts(List<WeightType> types, Order order) {
    NamedArrays weights = sum(types, order, TERMS);
    Factored found = factor(types, order, weights);
    NamedArrays composed = found.bank().compose(found.scalers());
    assertThat(composed.names()).isEqualTo(weights.names());
    weights.forEach(
        (name, array) -> {
          assertThat(composed.get(name).getShape()).isEqualTo(array.getShape());
          assertThat(composed.get(name).toDoubleArray())
              .containsExactly(array.toDoubleArray(), offset(1e-10));
        });
    assertThat(found.report())
        .allSatisfy(entry -> assertThat(entry.error()).isLessThan(1e-12))
        .allSatisfy(entry -> assertThat(entry.rank()).isEqualTo(TERMS));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void isTheNearestByAnIndependentDecomposition(List<WeightType> types, Order order) {
    NamedArrays weights = random(types, order);
    Factored found = factor(types, order, weights);
    Jacobi jacobi = new Jacobi(stacked(types, order, weights));
    double[][] nearest = jacobi.nearest(TERMS);
    NamedArrays composed = found.bank().compose(found.scalers());
    assertThat(flat(stacked(types, order, composed))).containsExactly(flat(nearest), offset(1e-9));

    int row = 0;
    for (int i = 0; i < types.size(); i++) {
      double[][] own = NaiveFactors.matrix(types.get(i), order, weights);
      double missed = 0;
      for (double[] line : own) {
        for (int c = 0; c < line.length; c++) {
          missed += Math.pow(line[c] - nearest[row][c], 2);
        }
        row++;
      }
      Reconstruction entry = found.report().get(i);
      assertThat(entry.weights()).isEqualTo(types.get(i).name());
      assertThat(entry.error()).isEqualTo(Math.sqrt(missed / squares(flat(own))), offset(1e-9));
      assertThat(entry.explained()).isEqualTo(1 - entry.error() * entry.error());
      assertThat(entry.dense()).isEqualTo((long) own.length * own[0].length);
      assertThat(entry.scalers()).isEqualTo((long) own.length * TERMS);
      assertThat(entry.templates()).isEqualTo((long) own[0].length * TERMS);
    }
  }

  /** Templates for given scalers, then scalers for these templates, each by least squares. */
  @ParameterizedTest
  @MethodSource("tables")
  void noAlternationComesNearer(List<WeightType> types, Order order) {
    NamedArrays weights = random(types, order);
    double[][] matrix = stacked(types, order, weights);
    double best = Double.POSITIVE_INFINITY;
    for (int start = 0; start < 3; start++) {
      double[] template = normal(1, matrix[0].length, new Seed(start))[0];
      double[][] rest = Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
      for (int t = 0; t < TERMS; t++) { // the best single term, TERMS times
        takeBestTerm(rest, template.clone());
      }
      best = Math.min(best, squares(flat(rest)));
    }
    Factored found = factor(types, order, weights);
    double[] composed = flat(stacked(types, order, found.bank().compose(found.scalers())));
    double[] all = flat(matrix);
    double missed = 0;
    for (int i = 0; i < all.length; i++) {
      missed += Math.pow(all[i] - composed[i], 2);
    }
    assertThat(missed).isEqualTo(best, offset(1e-9 * squares(all)));
  }

  private static void takeBestTerm(double[][] rest, double[] template) {
    double[] scaler = new double[rest.length];
    for (int round = 0; round < 5000; round++) {
      double length = squares(template);
      for (int r = 0; r < rest.length; r++) {
        scaler[r] = 0;
        for (int c = 0; c < template.length; c++) {
          scaler[r] += rest[r][c] * template[c] / length;
        }
      }
      length = squares(scaler);
      for (int c = 0; c < template.length; c++) {
        template[c] = 0;
        for (int r = 0; r < rest.length; r++) {
          template[c] += rest[r][c] * scaler[r] / length;
        }
      }
    }
    for (int r = 0; r < rest.length; r++) {
      for (int c = 0; c < template.length; c++) {
        rest[r][c] -= scaler[r] * template[c];
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void sharesSizeAsAnUntrainedStartDoes(List<WeightType> types, Order order) {
    Factored found = factor(types, order, random(types, order));
    double[] templates = found.bank().arrays().get("shared").toDoubleArray();
    double[] scalers =
        types.stream()
            .flatMapToDouble(
                type -> Arrays.stream(found.scalers().arrays().get(type.name()).toDoubleArray()))
            .toArray();
    double spread = squares(types.get(0).layered() ? templates : scalers);
    double expected = types.get(0).layered() ? templates.length : scalers.length / (double) TERMS;
    assertThat(spread / expected).isEqualTo(1, offset(1e-12));
    for (int t = 0; t < TERMS; t++) {
      int size = templates.length / TERMS;
      double[] template = Arrays.copyOfRange(templates, t * size, (t + 1) * size);
      assertThat(Arrays.stream(template).max().orElseThrow())
          .isEqualTo(Arrays.stream(template).map(Math::abs).max().orElseThrow());
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void fillsTermsBeyondTheRankSoThatTheyAddNothingAndCanLearn(List<WeightType> types, Order order) {
    NamedArrays weights = sum(types, order, 1);
    Factored found = factor(types, order, weights);
    assertThat(found.report()).allSatisfy(entry -> assertThat(entry.rank()).isEqualTo(1));
    NamedArrays composed = found.bank().compose(found.scalers());
    weights.forEach(
        (name, array) ->
            assertThat(composed.get(name).toDoubleArray())
                .containsExactly(array.toDoubleArray(), offset(1e-10)));
    double[] templates = found.bank().arrays().get("shared").toDoubleArray();
    double[] scalers = found.scalers().arrays().get(types.get(0).name()).toDoubleArray();
    double[] idleTemplates = Arrays.copyOfRange(templates, templates.length / 3, templates.length);
    double[] idleScalers = Arrays.copyOfRange(scalers, scalers.length / 3, scalers.length);
    boolean layered = types.get(0).layered();
    assertThat(layered ? idleScalers : idleTemplates).containsOnly(0);
    assertThat(layered ? idleTemplates : idleScalers).doesNotContain(0).doesNotHaveDuplicates();
  }

  @Test
  void weightsOfZeroComeOutAsZeroAndCanLearn() {
    List<WeightType> types = TABLES.get("kernel");
    double[][] zero =
        new double[NaiveFactors.rows(types.get(0))][NaiveFactors.columns(types.get(0))];
    Factored found = factor(types, Order.BLOCK, dense(types, Order.BLOCK, zero));
    found
        .bank()
        .compose(found.scalers())
        .forEach((name, array) -> assertThat(array.toDoubleArray()).containsOnly(0));
    assertThat(found.bank().arrays().get("shared").toDoubleArray()).doesNotContain(0);
    assertThat(found.report().get(0).error()).isZero();
    assertThat(found.report().get(0).rank()).isZero();
  }

  @Test
  void aWholeModelWithTemplatesEnoughComputesTheSame() {
    Vit vit = new Vit(8, 3, 4, 5, 8, 2, Vit.Pooling.CLASS_TOKEN, new TemplateCut(8, 64, 64, 64));
    Size size = new Size(16, 2);
    SizedModel dense = SizedModel.random(vit, size, manager, new Seed(3));
    NearestTemplates found =
        NearestTemplates.of(dense, new KroneckerConstraint(), new Seed(1), manager);
    SizedModel composed = found.templates().compose(size, manager);
    NDArray images = manager.create(floats(2 * 3 * 64), new Shape(2, 3, 8, 8));
    float[] expected = dense.logits(images).toFloatArray();
    assertThat(composed.logits(images).toFloatArray()).containsExactly(expected, offset(1e-5f));
    assertThat(composed.weights().get("head.weight").getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(found.report())
        .hasSameSizeAs(vit.weights(size))
        .allSatisfy(entry -> assertThat(entry.error()).isLessThan(1e-12));
  }

  @Test
  void weightsWithoutTemplatesAreKeptAsTheyAre() {
    Vit vit = new Vit(8, 3, 4, 5, 8, 2, Vit.Pooling.CLASS_TOKEN, new TemplateCut(8, 2, 2, 2));
    Size size = new Size(16, 2);
    SizedModel dense = SizedModel.random(vit, size, manager, new Seed(3));
    Constraint constraint = new MatricesOnlyConstraint(new KroneckerConstraint());
    NearestTemplates found = NearestTemplates.of(dense, constraint, new Seed(1), manager);
    NamedArrays composed = found.templates().compose(size, manager).weights();
    for (Reconstruction entry : found.report()) {
      boolean matrix = entry.weights().matches("blocks.*(qkv|proj|fc1|fc2)\\.weight");
      assertThat(entry.terms()).as(entry.weights()).isEqualTo(matrix ? 2 : 0);
      assertThat(entry.error() > 0).as(entry.weights()).isEqualTo(matrix);
    }
    for (String kept : List.of("pos_embed", "head.weight", "blocks.1.norm2.weight")) {
      assertThat(composed.get(kept)).as(kept).isEqualTo(dense.weights().get(kept));
    }
  }

  @Test
  void aRuleThatHasNoNearestTemplatesIsNamed() {
    Vit vit = new Vit(8, 3, 4, 5, 8, 2, Vit.Pooling.CLASS_TOKEN, new TemplateCut(8, 2, 2, 2));
    SizedModel dense = SizedModel.random(vit, new Size(16, 2), manager, new Seed(3));
    Constraint other = new LayerMixConstraint(LayerMixConstraint.Rule.LINEAR);
    assertThatThrownBy(() -> NearestTemplates.of(dense, other, new Seed(1), manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("expected that, found 'layer-mix'");
  }

  /** Blocks of all stages share templates, those that change the shape too. */
  @Test
  void aResidualNetworkWithTemplatesEnoughHasTheSameWeights() {
    ConvCut cut = new ConvCut(4, 144, 16, 16, ConvCut.Sharing.NETWORK);
    ResNet net = new ResNet(8, 3, 5, ResNet.Stem.CIFAR, ResNet.Block.BASIC, 2, 1, cut);
    Size size = new Size(8, List.of(2, 3));
    SizedModel dense = SizedModel.random(net, size, manager, new Seed(3));
    NearestTemplates found =
        NearestTemplates.of(dense, new KroneckerConstraint(), new Seed(1), manager);
    SizedModel composed = found.templates().compose(size, manager);
    dense
        .weights()
        .forEach(
            (name, array) ->
                assertThat(composed.weights().get(name).toFloatArray())
                    .as(name)
                    .containsExactly(array.toFloatArray(), offset(1e-5f)));
    assertThat(found.report())
        .extracting(Reconstruction::weights)
        .contains("layer1.{}.conv2.weight", "layer2.{}.conv1.weight", "layer2.{1}.conv1.weight");
  }

  private static float[] floats(int count) {
    double[] values = normal(1, count, new Seed(9))[0];
    float[] narrow = new float[count];
    for (int i = 0; i < count; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  @Test
  void givesTheSameTwice() {
    List<WeightType> types = TABLES.get("qkv");
    NamedArrays weights = random(types, Order.BLOCK);
    double[] one =
        factor(types, Order.BLOCK, weights).bank().arrays().get("shared").toDoubleArray();
    double[] two =
        factor(types, Order.BLOCK, weights).bank().arrays().get("shared").toDoubleArray();
    assertThat(one).isEqualTo(two);
  }

  @Test
  void refusesWeightsThatAreNoNumbersOrOfAnotherShape() {
    List<WeightType> types = TABLES.get("matrix");
    NDArray broken = manager.zeros(new Shape(8, 12), DataType.FLOAT64);
    double[] values = broken.toDoubleArray();
    values[13] = Double.NaN;
    NamedArrays notNumbers = NamedArrays.of(Map.of("w", manager.create(values, new Shape(8, 12))));
    assertThatThrownBy(() -> factor(types, Order.BLOCK, notNumbers))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'w': entry 13 is NaN");
    NamedArrays other = NamedArrays.of(Map.of("w", manager.zeros(new Shape(12, 8))));
    assertThatThrownBy(() -> factor(types, Order.BLOCK, other))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("'w': expected shape (8, 12), found (12, 8)");
  }
}
