package io.github.weit.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.Seed;
import io.github.weit.core.TestDevice;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions of any number of channels against plain loops, on whatever processor this is. */
class WholeBlocksTest {

  private final NDManager manager = TestDevice.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A convolution of square images. */
  private record Case(int batch, int in, int out, int side, int size, int stride, int padding) {

    int outSide() {
      return (side + 2 * padding - size) / stride + 1;
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(
            new Case(2, 4, 8, 7, 3, 1, 1),
            new Case(1, 1, 4, 5, 3, 1, 1),
            new Case(16, 3, 24, 8, 3, 2, 1),
            new Case(3, 24, 5, 6, 1, 1, 0),
            new Case(3, 8, 16, 6, 1, 2, 0),
            new Case(4, 16, 20, 8, 2, 2, 0),
            new Case(2, 3, 6, 8, 4, 4, 0),
            new Case(2, 5, 7, 9, 7, 1, 3),
            new Case(4, 16, 32, 4, 3, 1, 1))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aConvolutionIsWhatLoopsMakeOfIt(Case c) {
    BinaryOperator<NDArray> plain = (x, k) -> Ops.convolution(x, k, c.stride(), c.padding(), 1);
    assertLikeLoops(c, plain, 1e-5);
    assertLikeLoops(c, (x, k) -> plain.apply(Ops.channelsLast(x), k), 1e-5);
    BinaryOperator<NDArray> rounded =
        (x, k) ->
            Ops.float32(Ops.convolution(x, k, c.stride(), c.padding(), 1, Precision.BFLOAT16));
    assertLikeLoops(c, rounded, 0.02);
    assertLikeLoops(c, (x, k) -> rounded.apply(Ops.channelsLast(x), k), 0.02);
  }

  /** As on a processor whose convolutions are not to be trusted, whatever this one is. */
  @ParameterizedTest
  @MethodSource("cases")
  void aGuardedConvolutionIsWhatLoopsMakeOfIt(Case c) {
    BinaryOperator<NDArray> guarded =
        (x, k) -> Ops.convolve(x, k, null, c.stride(), c.padding(), 1, true);
    assertLikeLoops(c, guarded, 1e-5);
    assertLikeLoops(c, (x, k) -> guarded.apply(new PlainKernels().channelsLast(x), k), 1e-5);
  }

  /** Also where this processor does not need it. */
  @ParameterizedTest
  @MethodSource("cases")
  void channelsOfZerosChangeNothing(Case c) {
    assertLikeLoops(
        c,
        (x, k) ->
            WholeBlocks.convolve(
                x,
                k,
                (i, wide) -> {
                  assertThat(wide.getShape().get(0) % 16).isZero();
                  assertThat(wide.getShape().get(1) % 16).isZero();
                  return Ops.convolution(i, wide, c.stride(), c.padding(), 1);
                }),
        1e-5);
  }

  @ParameterizedTest
  @CsvSource({"4, 6, 2", "4, 6, 1", "24, 20, 2", "24, 20, 1"})
  void aBiasIsAdded(int in, int out, int size) {
    NDArray images = normal(1, 2, in, 5, 5);
    NDArray kernel = normal(2, out, in, size, size);
    NDArray bias = normal(3, out);
    for (boolean guarded : new boolean[] {WholeBlocks.isNeeded(kernel), true}) {
      float[] without = Ops.convolve(images, kernel, null, 2, 0, 1, guarded).toFloatArray();
      float[] found = Ops.convolve(images, kernel, bias, 2, 0, 1, guarded).toFloatArray();
      int pixels = found.length / 2 / out;
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i])
            .isCloseTo(without[i] + bias.toFloatArray()[i / pixels % out], within(1e-5f));
      }
    }
  }

  @Test
  void settingsDecide() {
    assertThat(WholeBlocks.decide("guarded")).isTrue();
    assertThat(WholeBlocks.decide("plain")).isFalse();
    assertThat(WholeBlocks.decide("auto")).isEqualTo(WholeBlocks.decide("auto"));
    assertThatThrownBy(() -> WholeBlocks.decide("maybe"))
        .isInstanceOf(WeitException.class)
        .hasMessage("-Dweit.convolutions=maybe: expected auto, guarded or plain");
  }

  @Test
  void missingChannelsAreThoseOfTheLastBlock() {
    assertThat(Stream.of(1L, 15L, 16L, 17L, 48L).map(WholeBlocks::missing))
        .containsExactly(15L, 1L, 0L, 15L, 0L);
  }

  private void assertLikeLoops(Case c, BinaryOperator<NDArray> convolution, double tolerance) {
    NDArray images = normal(1, c.batch(), c.in(), c.side(), c.side());
    NDArray kernel = normal(2, c.out(), c.in(), c.size(), c.size());
    NDArray direction = normal(3, c.batch(), c.out(), c.outSide(), c.outSide());
    List<double[]> expected =
        loops(c, images.toFloatArray(), kernel.toFloatArray(), direction.toFloatArray());
    images.setRequiresGradient(true);
    kernel.setRequiresGradient(true);
    List<float[]> found = new ArrayList<>();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray y = convolution.apply(images, kernel);
      found.add(y.toFloatArray());
      collector.backward(y.mul(direction).sum());
    }
    found.add(images.getGradient().toFloatArray());
    found.add(kernel.getGradient().toFloatArray());
    String[] what = {"result", "gradient of images", "gradient of kernel"};
    for (int i = 0; i < 3; i++) {
      assertThat(distance(found.get(i), expected.get(i)))
          .as("%s of %s", what[i], c)
          .isLessThan(tolerance);
    }
  }

  /** The length of the difference, as a share of what is expected. */
  private static double distance(float[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double difference = 0;
    double length = 0;
    for (int i = 0; i < found.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      length += expected[i] * expected[i];
    }
    return Math.sqrt(difference / length);
  }

  private NDArray normal(long seed, long... shape) {
    RandomGenerator random = new Seed(seed).generator();
    float[] values = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(shape));
  }

  /** The result, and the gradients of images and kernel along {@code direction}, in float64. */
  private static List<double[]> loops(Case c, float[] x, float[] k, float[] direction) {
    double[] y = new double[direction.length];
    double[] dx = new double[x.length];
    double[] dk = new double[k.length];
    int outSide = c.outSide();
    for (int at = 0; at < y.length; at++) {
      int column = at % outSide;
      int row = at / outSide % outSide;
      int out = at / (outSide * outSide) % c.out();
      int image = at / (outSide * outSide * c.out());
      for (int tap = 0; tap < c.in() * c.size() * c.size(); tap++) {
        int in = tap / (c.size() * c.size());
        int r = row * c.stride() + tap / c.size() % c.size() - c.padding();
        int s = column * c.stride() + tap % c.size() - c.padding();
        if (r >= 0 && s >= 0 && r < c.side() && s < c.side()) {
          int pixel = ((image * c.in() + in) * c.side() + r) * c.side() + s;
          int weight = out * c.in() * c.size() * c.size() + tap;
          y[at] += (double) x[pixel] * k[weight];
          dx[pixel] += (double) direction[at] * k[weight];
          dk[weight] += (double) direction[at] * x[pixel];
        }
      }
    }
    return List.of(y, dx, dk);
  }
}
