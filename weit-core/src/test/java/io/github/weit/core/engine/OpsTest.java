package io.github.weit.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.Seed;
import io.github.weit.core.TestDevice;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpsTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /**
   * Kernels read one pixel in their middle; at a stride of 2 the engine would make their gradient
   * up.
   */
  @ParameterizedTest
  @CsvSource({"3, false", "3, true", "7, false", "7, true"})
  void anImageOfOnePixelGivesItsKernelARealGradientInBfloat16(int side, boolean channelsLast) {
    for (int round = 0; round < 5; round++) {
      NDArray kernel =
          manager.create(filled(8 * 16 * side * side, 0.1f), new Shape(8, 16, side, side));
      NDArray images = manager.create(filled(6 * 16, 0.5f), new Shape(6, 16, 1, 1));
      NDArray x = channelsLast ? Ops.channelsLast(images) : images;
      kernel.setRequiresGradient(true);
      for (long size : new long[] {kernel.size() / 2, kernel.size()}) { // left in freed memory
        manager.full(new Shape(size), Float.NaN).close();
      }
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray y = Ops.convolution(x, kernel, 2, side / 2, 1, Precision.BFLOAT16);
        collector.backward(Ops.float32(y).sum());
      }
      float[] gradient = kernel.getGradient().toFloatArray();
      int middle = side * side / 2;
      for (int i = 0; i < gradient.length; i++) {
        assertThat(gradient[i]).isEqualTo(i % (side * side) == middle ? 3f : 0f);
      }
    }
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void scalarsHaveTheTypeAndThePrecisionOfTheirPartner() {
    assertThat(Ops.scalar(manager, 0.1).toFloatArray()).containsExactly(0.1f);
    assertThat(Ops.scalarLike(manager.ones(new Shape(2)), 0.1).toFloatArray())
        .containsExactly(0.1f);
    NDArray doubles = manager.create(new double[] {1, 2});
    assertThat(Ops.scalarLike(doubles, 0.1).toDoubleArray()).containsExactly(0.1);
    assertThat(Ops.scalarLike(doubles, 0.1).getShape()).isEqualTo(new Shape(1));
  }

  @ParameterizedTest
  @CsvSource({ // every form of x: rows, tokens, images of tokens
    "FLOAT32, 6",
    "FLOAT32, 2-3",
    "FLOAT32, 1-6",
    "FLOAT32, 1-2-3",
    "FLOAT64, 6",
    "FLOAT64, 2-3"
  })
  void denseIsTheProductWithTheTransposedWeight(DataType type, String leading) {
    long[] extents = Arrays.stream(leading.split("-")).mapToLong(Long::parseLong).toArray();
    double[] x = normal(1, 6 * 4);
    double[] w = normal(2, 5 * 4);
    double[] b = normal(3, 5);
    NDArray input = manager.create(x, new Shape(extents).add(4)).toType(type, false);
    NDArray y = Ops.dense(input, array(w, type, 5, 4), array(b, type, 5));
    assertThat(y.getShape()).isEqualTo(new Shape(extents).add(5));
    double[] expected = new double[6 * 5];
    for (int row = 0; row < 6; row++) {
      for (int out = 0; out < 5; out++) {
        expected[row * 5 + out] = b[out];
        for (int in = 0; in < 4; in++) {
          expected[row * 5 + out] += x[row * 4 + in] * w[out * 4 + in];
        }
      }
    }
    assertThat(doubles(y))
        .containsExactly(expected, within(type == DataType.FLOAT32 ? 1e-5 : 1e-13));
  }

  @Test
  void denseLeavesTheShapeOfItsInputAlone() {
    NDArray x = manager.ones(new Shape(2, 3, 4));
    Ops.dense(x, manager.ones(new Shape(5, 4)), manager.ones(new Shape(5)));
    assertThat(x.getShape()).isEqualTo(new Shape(2, 3, 4));
  }

  /**
   * Few channels innermost in memory: what the engine's own kernels write beyond their memory in.
   */
  @ParameterizedTest
  @CsvSource({"2, 3, 8", "3, 8, 8", "4, 3, 16", "4, 8, 7", "8, 8, 8", "3, 1, 1"})
  void aPointwiseConvolutionWithAStrideIsWhatLoopsCompute(int channels, int batch, int side) {
    int out = 8;
    int few = (side + 1) / 2;
    double[] x = normal(1, batch * channels * side * side);
    double[] w = normal(2, out * channels);
    double[] u = normal(3, batch * out * few * few);
    double[] y = new double[u.length];
    double[] gradientOfX = new double[x.length];
    double[] gradientOfW = new double[w.length];
    for (int b = 0; b < batch; b++) {
      for (int o = 0; o < out; o++) {
        for (int pixel = 0; pixel < few * few; pixel++) {
          int at = (b * out + o) * few * few + pixel;
          for (int c = 0; c < channels; c++) {
            int row = b * channels + c;
            int from = (row * side + pixel / few * 2) * side + pixel % few * 2;
            y[at] += w[o * channels + c] * x[from];
            gradientOfX[from] += u[at] * w[o * channels + c];
            gradientOfW[o * channels + c] += u[at] * x[from];
          }
        }
      }
    }
    for (int round = 0; round < 5; round++) { // what is broken by one is often found by the next
      NDArray images = array(x, DataType.FLOAT32, batch, channels, side, side);
      NDArray kernel = array(w, DataType.FLOAT32, out, channels, 1, 1);
      images.setRequiresGradient(true);
      kernel.setRequiresGradient(true);
      NDArray weights = array(u, DataType.FLOAT32, batch, out, few, few);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray found = Ops.convolution(Ops.channelsLast(images), kernel, 2, 0, 1);
        collector.backward(found.mul(weights).sum());
        assertThat(doubles(found)).containsExactly(y, within(1e-4));
      }
      assertThat(doubles(images.getGradient())).containsExactly(gradientOfX, within(1e-4));
      assertThat(doubles(kernel.getGradient())).containsExactly(gradientOfW, within(1e-3));
    }
  }

  @Test
  void layerNormWorksOnTheLastAxisWithTheBiasedVariance() {
    NDArray x = manager.create(new double[] {1, 3, 10, 30}, new Shape(2, 2));
    NDArray gain = manager.create(new double[] {2, 3});
    NDArray bias = manager.create(new double[] {5, 7});
    double small = 1 / Math.sqrt(1 + (double) 0.01f);
    double large = 10 / Math.sqrt(100 + (double) 0.01f);
    assertThat(Ops.layerNorm(x, gain, bias, 0.01).toDoubleArray())
        .containsExactly(
            new double[] {5 - 2 * small, 7 + 3 * small, 5 - 2 * large, 7 + 3 * large},
            within(1e-14));
  }

  @ParameterizedTest
  @CsvSource({ // x Phi(x), from tables of the normal distribution
    "0, 0",
    "1, 0.8413447460685429",
    "-1, -0.15865525393145707",
    "3, 2.995950305905110"
  })
  void geluIsTheExactOne(double x, double expected) {
    double found = Ops.gelu(manager.create(new double[] {x})).toDoubleArray()[0];
    assertThat(found).isCloseTo(expected, within(1e-14));
  }

  @Test
  void attentionIsSoftmaxOfScaledProductsTimesValues() {
    int heads = 4; // batch 2 of 2 heads
    int tokens = 3;
    int d = 5;
    double[] q = normal(4, heads * tokens * d);
    double[] k = normal(5, heads * tokens * d);
    double[] v = normal(6, heads * tokens * d);
    double[] expected = new double[q.length];
    for (int head = 0; head < heads; head++) {
      for (int from = 0; from < tokens; from++) {
        double[] share = new double[tokens];
        for (int to = 0; to < tokens; to++) {
          double score = 0;
          for (int i = 0; i < d; i++) {
            score += q[(head * tokens + from) * d + i] * k[(head * tokens + to) * d + i];
          }
          share[to] = Math.exp(score / Math.sqrt(d));
        }
        double sum = Arrays.stream(share).sum();
        for (int to = 0; to < tokens; to++) {
          for (int i = 0; i < d; i++) {
            expected[(head * tokens + from) * d + i] +=
                share[to] / sum * v[(head * tokens + to) * d + i];
          }
        }
      }
    }
    DataType type = DataType.FLOAT64;
    NDArray found =
        Ops.attention(
            array(q, type, 2, 2, 3, 5), array(k, type, 2, 2, 3, 5), array(v, type, 2, 2, 3, 5));
    assertThat(found.getShape()).isEqualTo(new Shape(2, 2, 3, 5));
    assertThat(found.toDoubleArray()).containsExactly(expected, within(1e-13));
  }

  @Test
  void crossEntropyIsTheMeanOverTheBatchForAnyTargets() {
    double[] logits = normal(7, 6);
    double[] targets = {1, 0, 0, 0.2, 0.5, 0.3};
    double expected = 0;
    for (int row = 0; row < 2; row++) {
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        sum += Math.exp(logits[row * 3 + c]);
      }
      for (int c = 0; c < 3; c++) {
        expected -= targets[row * 3 + c] * (logits[row * 3 + c] - Math.log(sum)) / 2;
      }
    }
    DataType type = DataType.FLOAT64;
    NDArray loss = Ops.crossEntropy(array(logits, type, 2, 3), array(targets, type, 2, 3));
    assertThat(loss.toDoubleArray()[0]).isCloseTo(expected, within(1e-14));
  }

  private static double[] normal(long seed, int size) {
    RandomGenerator random = new Seed(seed).generator();
    double[] values = new double[size];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  private NDArray array(double[] values, DataType type, long... shape) {
    return manager.create(values, new Shape(shape)).toType(type, false);
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, true).toDoubleArray();
  }
}
