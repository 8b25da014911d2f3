package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint.Order;
import io.github.weit.core.engine.WeitEngine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What composed and dense weights hold before any training. */
class InitialSpreadTest {

  /**
   * The mean square of W is tr(S S' T T') / (G P). For normal S and T it has mean s^2 and, with
   * Wishart moments, variance s^4 (2 / (N G) + 2 / (N P) + 2 (N + 1) / (N G P)): entries of W share
   * their factors, so it spreads far more than that of G P independent numbers.
   */
  @ParameterizedTest
  @CsvSource({"1, 0.02", "4, 0.02", "16, 0.02", "16, 1.5", "32, 0.02"})
  void composedWeightsHaveTheDeviationAskedFor(int terms, double deviation) {
    WeightType type = matrices(terms, new Initial.Normal(deviation)); // G = 2304, P = 1024
    double g = 4 * 24 * 24;
    double p = 32 * 32;
    double bound =
        5 * Math.sqrt(2 / (terms * g) + 2 / (terms * p) + 2 * (terms + 1) / (terms * g * p));
    float[] weights = compose(type, new Seed(5));
    assertThat(meanSquare(weights) / (deviation * deviation)).isCloseTo(1, within(bound));
    double meanBound =
        5 * deviation / Math.sqrt(g * p); // products of independent entries: uncorrelated
    assertThat(mean(weights)).isCloseTo(0, within(meanBound));
  }

  @Test
  void templatesOfLayersHaveUnitDeviationAndScalersTheRest() {
    assertDeviations(matrices(16, new Initial.Normal(0.02)), 1, 0.02 / 4);
  }

  @Test
  void templatesOfWhatAModelHasOnceHaveTheDeviationOfTheWeights() {
    List<Axis> axes = List.of(Axis.fixed("token", 65), Axis.out("out", 32 * 400, 32));
    Initial initial = new Initial.Normal(0.02);
    assertDeviations(new WeightType("pos", "pos", 4, initial, false, axes), 0.02, 0.5);
  }

  private static void assertDeviations(WeightType type, double ofTemplates, double ofScalers) {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      List<WeightType> types = List.of(type);
      KroneckerConstraint constraint = new KroneckerConstraint();
      NamedArrays templates = TemplateBank.create(constraint, types, manager, new Seed(6)).arrays();
      NamedArrays scalers = ScalerSet.create(constraint, types, manager, new Seed(6)).arrays();
      assertDeviation(templates.get(type.name()).toFloatArray(), ofTemplates);
      assertDeviation(scalers.get(type.name()).toFloatArray(), ofScalers);
    }
  }

  private static void assertDeviation(float[] values, double expected) {
    double bound = 5 * Math.sqrt(2.0 / values.length);
    assertThat(meanSquare(values) / (expected * expected)).isCloseTo(1, within(bound));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.75})
  void constantsComeOutExactly(double value) {
    Initial initial = new Initial.Constant(value);
    for (WeightType type : List.of(vectors(initial), vector(initial))) {
      for (float weight : compose(type, new Seed(7))) {
        assertThat(weight).isEqualTo((float) value);
      }
    }
  }

  /** If both factors of a product were zero, no gradient would ever reach either of them. */
  @Test
  void noProductOfAConstantIsDeadBecauseBothItsFactorsAreZero() {
    Initial zero = new Initial.Constant(0);
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      for (WeightType type : List.of(vectors(zero), vector(zero))) {
        List<WeightType> types = List.of(type);
        KroneckerConstraint constraint = new KroneckerConstraint();
        NamedArrays templates =
            TemplateBank.create(constraint, types, manager, new Seed(8)).arrays();
        NamedArrays scalers = ScalerSet.create(constraint, types, manager, new Seed(8)).arrays();
        NamedArrays alive = type.layered() ? templates : scalers;
        for (float value : alive.get(type.name()).toFloatArray()) {
          assertThat(value).isNotZero();
        }
      }
    }
  }

  @Test
  void sameSeedSameWeightsOtherSeedOthers() {
    WeightType type = matrices(2, new Initial.Normal(0.02));
    assertThat(compose(type, new Seed(9))).isEqualTo(compose(type, new Seed(9)));
    assertThat(compose(type, new Seed(9))).isNotEqualTo(compose(type, new Seed(10)));
  }

  @Test
  void denseWeightsHaveTheDeviationAskedForAndNoLayerRepeatsAnother() {
    WeightType type = matrices(2, new Initial.Normal(0.02));
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      NamedArrays weights =
          DenseWeights.initial(
              List.of(type, vectors(new Initial.Constant(1))), manager, new Seed(11));
      assertThat(weights.names())
          .containsExactly(
              "blocks.0.weight",
              "blocks.1.weight",
              "blocks.2.weight",
              "blocks.3.weight",
              "blocks.0.gain",
              "blocks.1.gain",
              "blocks.2.gain");
      float[] first = weights.get("blocks.0.weight").toFloatArray();
      float[] second = weights.get("blocks.1.weight").toFloatArray();
      double bound = 5 * Math.sqrt(2.0 / first.length);
      assertThat(meanSquare(first) / (0.02 * 0.02)).isCloseTo(1, within(bound));
      assertThat(mean(first)).isCloseTo(0, within(5 * 0.02 / Math.sqrt(first.length)));
      assertThat(first).isNotEqualTo(second);
      assertThat(weights.get("blocks.2.gain").toFloatArray()).containsOnly(1f);
      NDArray again =
          DenseWeights.initial(List.of(type), manager, new Seed(11)).get("blocks.1.weight");
      assertThat(again.toFloatArray()).isEqualTo(second);
    }
  }

  private static WeightType matrices(int terms, Initial initial) {
    List<Axis> axes = List.of(Axis.layers(4), Axis.out("out", 768, 32), Axis.in("in", 768, 32));
    return new WeightType("blocks.{}.weight", "blocks.{}.weight", terms, initial, true, axes);
  }

  private static WeightType vectors(Initial initial) {
    List<Axis> axes = List.of(Axis.layers(3), Axis.out("out", 96, 32));
    return new WeightType("blocks.{}.gain", "blocks.{}.gain", 4, initial, false, axes);
  }

  private static WeightType vector(Initial initial) {
    List<Axis> axes = List.of(Axis.out("out", 96, 32));
    return new WeightType("norm.gain", "norm.gain", 4, initial, false, axes);
  }

  private static float[] compose(WeightType type, Seed seed) {
    KroneckerConstraint constraint = new KroneckerConstraint(Order.BLOCK);
    List<WeightType> types = List.of(type);
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      TemplateBank bank = TemplateBank.create(constraint, types, manager, seed);
      ScalerSet scalers = ScalerSet.create(constraint, types, manager, seed);
      NamedArrays weights = bank.compose(scalers);
      float[] all = new float[Math.toIntExact(weights.elements())];
      int next = 0;
      for (String name : weights.names()) {
        float[] one = weights.get(name).toFloatArray();
        System.arraycopy(one, 0, all, next, one.length);
        next += one.length;
      }
      return all;
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double meanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }
}
