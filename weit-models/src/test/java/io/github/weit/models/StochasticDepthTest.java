package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A batch holds one image many times over, so that a sample's logits tell which of its branches
 * were dropped: they are those of a network whose branch is scaled by 0 or by 1 / (1 - p).
 */
class StochasticDepthTest {

  private static final double DROP = 0.3;
  private static final int BATCH = 4000;

  private final Vit vit = new Vit(4, 1, 2, 3, 4, 2, Vit.Pooling.MEAN, new TemplateCut(4, 2, 2, 2));
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
  void isOffInEvaluation() {
    NDArray evaluated = run(1, weights(1), 2, Pass.evaluation());
    NDArray asked = run(1, weights(1), 2, new Pass(false, DROP, new Seed(3)));
    NDArray undropped = run(1, weights(1), 2, Pass.training(0, new Seed(3)));
    assertThat(asked.toDoubleArray()).isEqualTo(evaluated.toDoubleArray());
    assertThat(undropped.toDoubleArray()).isEqualTo(evaluated.toDoubleArray());
  }

  @Test
  void dropsBranchesOfSamplesIndependentlyAndKeepsTheirMean() {
    Map<String, double[]> weights = weights(1);
    double kept = 1 / (1 - DROP);
    double[][] outcomes = {
      evaluated(1, scaled(weights, 0, 0, 0)),
      evaluated(1, scaled(weights, 0, kept, 0)),
      evaluated(1, scaled(weights, 0, 0, kept)),
      evaluated(1, scaled(weights, 0, kept, kept))
    };
    int[] counts = count(run(1, weights, BATCH, Pass.training(DROP, new Seed(4))), outcomes);
    assertBinomial(counts[1] + counts[3], 1 - DROP); // attention kept: with 1 / (1 - p), mean 1
    assertBinomial(counts[2] + counts[3], 1 - DROP); // MLP kept
    assertBinomial(counts[3], (1 - DROP) * (1 - DROP)); // both: independent
  }

  @Test
  void dropsLessInShallowerLayersLinearly() {
    Map<String, double[]> all = weights(3);
    for (int layer = 0; layer < 3; layer++) {
      double drop = DROP * layer / 2;
      Map<String, double[]> only = all;
      for (int other = 0; other < 3; other++) {
        only = other == layer ? only : scaled(only, other, 0, 0);
      }
      only = scaled(only, layer, 1, 0); // nothing but this layer's attention
      double[][] outcomes = {
        evaluated(3, scaled(only, layer, 0, 0)),
        evaluated(3, scaled(only, layer, 1 / (1 - drop), 0)),
      };
      int[] counts = count(run(3, only, BATCH, Pass.training(DROP, new Seed(5))), outcomes);
      assertBinomial(counts[1], 1 - drop);
    }
  }

  @Test
  void isDecidedByTheSeed() {
    Map<String, double[]> weights = weights(2);
    double[] first = run(2, weights, 64, Pass.training(DROP, new Seed(6))).toDoubleArray();
    double[] again = run(2, weights, 64, Pass.training(DROP, new Seed(6))).toDoubleArray();
    double[] other = run(2, weights, 64, Pass.training(DROP, new Seed(7))).toDoubleArray();
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  private Map<String, double[]> weights(int depth) {
    return Values.randomWeights(vit.weights(new Size(8, depth)), new Seed(1));
  }

  /** The weights with a layer's branches scaled where they end. */
  private static Map<String, double[]> scaled(
      Map<String, double[]> weights, int layer, double attention, double mlp) {
    Map<String, double[]> changed = new LinkedHashMap<>(weights);
    String block = "blocks." + layer + ".";
    for (String kind : List.of("weight", "bias")) {
      changed.computeIfPresent(block + "attn.proj." + kind, (name, w) -> times(w, attention));
      changed.computeIfPresent(block + "mlp.fc2." + kind, (name, w) -> times(w, mlp));
    }
    return changed;
  }

  private static double[] times(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }

  private double[] evaluated(int depth, Map<String, double[]> weights) {
    return run(depth, weights, 1, Pass.evaluation()).toDoubleArray();
  }

  private NDArray run(int depth, Map<String, double[]> values, int batch, Pass pass) {
    Size size = new Size(8, depth);
    List<WeightType> types = vit.weights(size);
    NamedArrays weights = Values.create(manager, types, values, DataType.FLOAT64);
    NDArray image = Values.images(manager, vit, 1, new Seed(2), DataType.FLOAT64);
    return vit.forward(weights, size, image.broadcast(new Shape(batch, 1, 4, 4)), pass);
  }

  /** How many rows of the logits are each of the outcomes; every row must be one. */
  private static int[] count(NDArray logits, double[][] outcomes) {
    double[] rows = logits.toDoubleArray();
    int[] counts = new int[outcomes.length];
    for (int row = 0; row < BATCH; row++) {
      double[] found = Arrays.copyOfRange(rows, 3 * row, 3 * row + 3);
      int matches = 0;
      for (int i = 0; i < outcomes.length; i++) {
        double difference = 0;
        for (int c = 0; c < 3; c++) {
          difference = Math.max(difference, Math.abs(found[c] - outcomes[i][c]));
        }
        if (difference < 1e-6) { // the mask is float32
          counts[i]++;
          matches++;
        }
      }
      assertThat(matches).as("outcomes that row %d of the logits is", row).isEqualTo(1);
    }
    return counts;
  }

  /** Five standard deviations of a binomial count; exact where the probability is 1. */
  private static void assertBinomial(int count, double probability) {
    double bound = 5 * Math.sqrt(BATCH * probability * (1 - probability));
    assertThat((double) count).isCloseTo(BATCH * probability, within(bound));
  }
}
