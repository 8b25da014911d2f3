package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MimeticTest {

  private static final Size SIZE = new Size(12, 2);
  private static final int D = 12;
  private static final int K = 4;
  private static final Seed SEED = new Seed(3);

  private static Map<String, float[]> weights(Seed seed) {
    try (NDManager manager = Tiny.manager();
        SizedModel model = new Mimetic(Tiny.VIT).initialise(SIZE, manager, seed)) {
      return Tiny.values(model);
    }
  }

  /** What Q and K are made from. */
  private static double[] target(int layer, int head) {
    Seed own = SEED.child("mimetic").child(layer).child(head);
    return ProductFactors.target(D, 0.7, 0.7, own);
  }

  @Test
  void queriesTimesKeysAreTheBestApproximationOfTheirRank() {
    Map<String, float[]> weights = weights(SEED);
    for (int layer = 0; layer < 2; layer++) {
      float[] qkv = weights.get("blocks." + layer + ".attn.qkv.weight");
      for (int head = 0; head < D / K; head++) {
        double[][] a = factor(qkv, head * K, K); // (D, K)
        double[][] b = factor(qkv, D + head * K, K);
        double[][] rest = square(target(layer, head));
        for (int i = 0; i < D; i++) {
          for (int j = 0; j < D; j++) {
            for (int t = 0; t < K; t++) {
              rest[i][j] -= a[i][t] * b[j][t];
            }
          }
        }
        double least = Double.MAX_VALUE;
        for (int t = 0; t < K; t++) {
          least = Math.min(least, dot(a, t, a, t));
          for (int u = 0; u < K; u++) { // both factors have squared lengths S, and are orthogonal
            assertThat(dot(a, t, a, u)).isCloseTo(t == u ? dot(b, t, b, t) : 0, within(1e-5));
          }
          for (int i = 0; i < D; i++) { // what is left has nothing along either factor
            double left = 0;
            double right = 0;
            for (int j = 0; j < D; j++) {
              left += rest[j][i] * a[j][t];
              right += rest[i][j] * b[j][t];
            }
            assertThat(left).isCloseTo(0, within(1e-5));
            assertThat(right).isCloseTo(0, within(1e-5));
          }
        }
        assertThat(least).isGreaterThan(largestSingularValue(rest) - 1e-5);
      }
    }
  }

  @Test
  void valuesTimesProjectionAreTheTargetItself() {
    Map<String, float[]> weights = weights(SEED);
    for (int layer = 0; layer < 2; layer++) {
      float[] qkv = weights.get("blocks." + layer + ".attn.qkv.weight");
      float[] projection = weights.get("blocks." + layer + ".attn.proj.weight");
      double[] target =
          ProductFactors.target(D, 0.4, -0.4, SEED.child("mimetic").child(layer).child("value"));
      for (int in = 0; in < D; in++) {
        for (int out = 0; out < D; out++) {
          double product = 0; // x W_V W_proj: dense layers multiply by (out, in) transposed
          for (int t = 0; t < D; t++) {
            product += qkv[(2 * D + t) * D + in] * projection[out * D + t];
          }
          assertThat(product).isCloseTo(target[in * D + out], within(1e-5));
        }
      }
    }
  }

  @Test
  void targetsAreNoiseOfVarianceOneOverWidthAndADiagonal() {
    int width = 200;
    double[] matrix = ProductFactors.target(width, 0.7, -0.3, new Seed(8));
    double diagonal = 0;
    double square = 0;
    for (int i = 0; i < width; i++) {
      diagonal += matrix[i * width + i] / width;
      for (int j = 0; j < width; j++) {
        square += i == j ? 0 : matrix[i * width + j] * matrix[i * width + j];
      }
    }
    int others = width * (width - 1);
    double variance = 0.49 / width;
    assertThat(diagonal).isCloseTo(-0.3, within(5 * Math.sqrt(variance / width)));
    assertThat(square / others).isCloseTo(variance, within(5 * variance * Math.sqrt(2.0 / others)));
  }

  @Test
  void positionsAreSinusoidsAndTheClassTokenHasNone() {
    Vit vit = Tiny.VIT.withPatch(2); // 4 x 4 patches
    double[] found = Sinusoids.of(vit, D);
    assertThat(found).hasSize(17 * D);
    for (int i = 0; i < D; i++) {
      assertThat(found[i]).isZero();
    }
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 4; column++) {
        for (int i = 0; i < 3; i++) {
          double f = new double[] {1, 1e-2, 1e-4}[i];
          int at = (1 + row * 4 + column) * D + i;
          assertThat(found[at]).isCloseTo(Math.sin(column * f), within(1e-12));
          assertThat(found[at + 3]).isCloseTo(Math.cos(column * f), within(1e-12));
          assertThat(found[at + 6]).isCloseTo(Math.sin(row * f), within(1e-12));
          assertThat(found[at + 9]).isCloseTo(Math.cos(row * f), within(1e-12));
        }
      }
    }
    float[] embedding = weights(SEED).get("pos_embed");
    double[] expected = Sinusoids.of(Tiny.VIT, D);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) embedding[i]).isCloseTo(expected[i], within(1e-7));
    }
  }

  @Test
  void everythingElseIsTheUsualStart() {
    Map<String, float[]> found = weights(SEED);
    try (NDManager manager = Tiny.manager();
        SizedModel usual = SizedModel.random(Tiny.VIT, SIZE, manager, SEED)) {
      Map<String, float[]> expected = Tiny.values(usual);
      assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
      found.forEach(
          (name, values) -> {
            boolean set =
                name.equals("pos_embed")
                    || name.endsWith("qkv.weight")
                    || name.endsWith("attn.proj.weight");
            assertThat(values).as(name).hasSameSizeAs(expected.get(name));
            assertThat(Arrays.equals(values, expected.get(name))).as(name).isEqualTo(!set);
          });
    }
  }

  @Test
  void oneSeedGivesOneModel() {
    assertThat(weights(SEED)).usingRecursiveComparison().isEqualTo(weights(SEED));
    assertThat(weights(SEED).get("blocks.1.attn.qkv.weight"))
        .isNotEqualTo(weights(new Seed(4)).get("blocks.1.attn.qkv.weight"));
  }

  @Test
  void refusesModelsWithoutAttention() {
    assertThat(new Mimetic(Tiny.RES_NET).refusal(Size.parse("4x1-1")).orElseThrow())
        .contains("attention", "resnet");
    assertThat(new Mimetic(Tiny.VIT).refusal(new Size(10, 1)).orElseThrow()).contains("width 10");
    assertThat(new Mimetic(Tiny.VIT).refusal(SIZE)).isEmpty();
  }

  /** Rows of a dense layer's weight as the columns of the factor that it stands for. */
  private static double[][] factor(float[] weight, int firstRow, int columns) {
    double[][] factor = new double[D][columns];
    for (int i = 0; i < D; i++) {
      for (int t = 0; t < columns; t++) {
        factor[i][t] = weight[(firstRow + t) * D + i];
      }
    }
    return factor;
  }

  private static double[][] square(double[] flat) {
    double[][] rows = new double[D][D];
    for (int i = 0; i < D * D; i++) {
      rows[i / D][i % D] = flat[i];
    }
    return rows;
  }

  private static double dot(double[][] a, int t, double[][] b, int u) {
    double sum = 0;
    for (int i = 0; i < D; i++) {
      sum += a[i][t] * b[i][u];
    }
    return sum;
  }

  /** By the power method. */
  private static double largestSingularValue(double[][] matrix) {
    double[] x = new double[D];
    Arrays.setAll(x, i -> 1 + 0.1 * i);
    double norm = 0;
    for (int round = 0; round < 500; round++) {
      double[] y = new double[D];
      double[] z = new double[D];
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          y[i] += matrix[i][j] * x[j];
        }
      }
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          z[j] += matrix[i][j] * y[i];
        }
      }
      norm = 0;
      for (double entry : z) {
        norm += entry * entry;
      }
      norm = Math.sqrt(norm);
      for (int i = 0; i < D; i++) {
        x[i] = z[i] / norm;
      }
    }
    return Math.sqrt(norm);
  }
}
