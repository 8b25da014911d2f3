package io.github.weit.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.Seed;
import io.github.weit.core.TestDevice;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Kernels.AdamWArrays;
import io.github.weit.core.engine.Kernels.AdamWNumbers;
import io.github.weit.core.engine.Kernels.GradientScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The fused kernels against the plain ones: values and gradients. */
class KernelsTest {
  private static final Kernels PLAIN = new PlainKernels();
  private static final Kernels FUSED = new FusedKernels();

  private final NDManager manager = TestDevice.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(long seed, DataType type, long... shape) {
    RandomGenerator random = new Seed(seed).generator();
    double[] values = new double[(int) new Shape(shape).size()];
    Arrays.setAll(values, i -> random.nextGaussian());
    return manager.create(values, new Shape(shape)).toType(type, false).duplicate();
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /** A result and its gradients with respect to the arguments, for a fixed random projection. */
  private List<double[]> valueAndGradients(
      BiFunction<Kernels, List<NDArray>, NDArray> function,
      Kernels kernels,
      List<NDArray> arguments) {
    List<NDArray> own = arguments.stream().map(NDArray::duplicate).toList();
    own.forEach(array -> array.setRequiresGradient(true));
    List<double[]> results = new ArrayList<>();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray y = function.apply(kernels, own);
      results.add(doubles(y));
      NDArray direction = normal(77, y.getDataType(), y.getShape().getShape());
      collector.backward(y.mul(direction).sum());
    }
    own.forEach(array -> results.add(doubles(array.getGradient())));
    return results;
  }

  private void assertAlike(
      BiFunction<Kernels, List<NDArray>, NDArray> function,
      double tolerance,
      List<NDArray> arguments) {
    List<double[]> expected = valueAndGradients(function, PLAIN, arguments);
    List<double[]> found = valueAndGradients(function, FUSED, arguments);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i))
          .as(i == 0 ? "value" : "gradient of argument " + i)
          .containsExactly(expected.get(i), within(tolerance));
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 7, 1e-13", "FLOAT32, 7, 3e-6", "FLOAT64, 1, 1e-13", "FLOAT32, 1, 3e-6"})
  void attentionIsSoftmaxOfProducts(DataType type, int queries, double tolerance) {
    NDArray q = normal(1, type, 3, 2, queries, 4);
    NDArray k = normal(2, type, 3, 2, 7, 4);
    NDArray v = normal(3, type, 3, 2, 7, 4);
    assertAlike(
        (kernels, a) -> kernels.attention(a.get(0), a.get(1), a.get(2)),
        tolerance,
        List.of(q, k, v));
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-13", "FLOAT32, 3e-6"})
  void selfAttentionIsAttentionOfThePackedParts(DataType type, double tolerance) {
    NDArray packed = normal(1, type, 3, 7, 3, 2, 4);
    BiFunction<Kernels, List<NDArray>, NDArray> packedForm =
        (kernels, a) -> kernels.selfAttention(a.get(0));
    assertAlike(packedForm, tolerance, List.of(packed));
    NDArray apart =
        PLAIN.attention(part(packed, 0), part(packed, 1), part(packed, 2)).transpose(0, 2, 1, 3);
    assertThat(doubles(FUSED.selfAttention(packed)))
        .containsExactly(doubles(apart), within(tolerance));
  }

  private static NDArray part(NDArray packed, int index) {
    return packed.get(":, :, " + index).transpose(0, 2, 1, 3);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-14", "FLOAT32, 1e-6"})
  void crossEntropyTakesAnyDistribution(DataType type, double tolerance) {
    NDArray logits = normal(1, type, 6, 5);
    NDArray targets = normal(2, type, 6, 5).softmax(1);
    assertAlike(
        (kernels, a) -> kernels.crossEntropy(a.get(0), targets), tolerance, List.of(logits));
  }

  /** bfloat16 keeps 8 bits, so every product is off by up to 2^-8 of its size. */
  @Test
  void denseInBfloat16IsDenseUpToItsRounding() {
    NDArray x = normal(1, DataType.FLOAT32, 4, 6, 16);
    NDArray weight = normal(2, DataType.FLOAT32, 8, 16);
    NDArray bias = normal(3, DataType.FLOAT32, 8);
    List<NDArray> arguments = List.of(x, weight, bias);
    List<double[]> expected =
        valueAndGradients(
            (kernels, a) -> Ops.dense(a.get(0), a.get(1), a.get(2)), PLAIN, arguments);
    List<double[]> found =
        valueAndGradients(
            (kernels, a) -> kernels.float32(kernels.denseInBfloat16(a.get(0), a.get(1), a.get(2))),
            FUSED,
            arguments);
    assertCloseInBfloat16(expected, found);
  }

  @Test
  void attentionInBfloat16IsAttentionUpToItsRounding() {
    NDArray weight = manager.eye(8); // so that scores are of the size of 1
    NDArray bias = manager.zeros(new Shape(8));
    List<NDArray> arguments =
        List.of(
            normal(1, DataType.FLOAT32, 3, 2, 9, 8),
            normal(2, DataType.FLOAT32, 3, 2, 9, 8),
            normal(3, DataType.FLOAT32, 3, 2, 9, 8));
    List<double[]> expected =
        valueAndGradients(
            (kernels, a) ->
                kernels.attention(
                    Ops.dense(a.get(0), weight, bias),
                    Ops.dense(a.get(1), weight, bias),
                    Ops.dense(a.get(2), weight, bias)),
            PLAIN,
            arguments);
    List<double[]> found =
        valueAndGradients(
            (kernels, a) ->
                kernels.float32(
                    kernels.attention(
                        kernels.denseInBfloat16(a.get(0), weight, bias),
                        kernels.denseInBfloat16(a.get(1), weight, bias),
                        kernels.denseInBfloat16(a.get(2), weight, bias))),
            FUSED,
            arguments);
    assertCloseInBfloat16(expected, found);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 1", "3, 2, 1", "1, 1, 0", "1, 2, 0", "1, 3, 0"})
  void convolutionInBfloat16IsConvolutionUpToItsRounding(int size, int stride, int padding) {
    NDArray x = normal(1, DataType.FLOAT32, 3, 4, 7, 7);
    NDArray kernel = normal(2, DataType.FLOAT32, 8, 4, size, size);
    List<double[]> expected =
        valueAndGradients(
            (kernels, a) -> Ops.convolution(a.get(0), a.get(1), stride, padding, 1),
            PLAIN,
            List.of(x, kernel));
    List<double[]> found =
        valueAndGradients(
            (kernels, a) ->
                kernels.float32(
                    kernels.convolutionInBfloat16(
                        kernels.channelsLast(a.get(0)), a.get(1), stride, padding, 1)),
            FUSED,
            List.of(x, kernel));
    assertCloseInBfloat16(expected, found);
  }

  private static void assertCloseInBfloat16(List<double[]> expected, List<double[]> found) {
    for (int i = 0; i < expected.size(); i++) {
      double[] wanted = expected.get(i);
      double scale = Math.sqrt(Arrays.stream(wanted).map(v -> v * v).average().orElseThrow());
      assertThat(found.get(i)).as("result " + i).containsExactly(wanted, within(scale * 0.05));
      assertThat(found.get(i)).as("rounded " + i).isNotEqualTo(wanted);
    }
  }

  @Test
  void plainKernelsRefuseBfloat16() {
    NDArray x = normal(1, DataType.FLOAT32, 4, 4);
    assertThatThrownBy(() -> PLAIN.denseInBfloat16(x, x, manager.zeros(new Shape(4))))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("float32");
  }

  @Test
  void channelsLastChangesNothingButTheOrderInMemory() {
    NDArray x = normal(1, DataType.FLOAT32, 2, 3, 4, 5);
    ScriptFunction strides =
        new ScriptFunction(
            "strides",
            "x: Tensor",
            "Tensor",
            "    return torch.tensor([torch.stride(x, 0), torch.stride(x, 1), torch.stride(x, 2),"
                + " torch.stride(x, 3)])\n");
    for (Kernels kernels : List.of(FUSED, PLAIN)) {
      NDArray found = kernels.channelsLast(x);
      assertThat(found.toFloatArray()).containsExactly(x.toFloatArray());
      assertThat(strides.call(found).toLongArray()).containsExactly(60, 1, 15, 3);
      assertThat(strides.call(kernels.channelsLast(found)).toLongArray())
          .containsExactly(60, 1, 15, 3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT64"})
  void adamWMovesAlikeAndLeavesBrokenStepsOut(DataType type) {
    double tolerance = type == DataType.FLOAT64 ? 1e-7 : 3e-6; // the divisor is float32
    List<List<NDArray>> plain = adamWState(type);
    List<List<NDArray>> fused = adamWState(type);
    NDArray loss = manager.ones(new Shape(1));
    for (int step = 1; step <= 6; step++) {
      boolean broken = step == 4;
      for (Kernels kernels : List.of(PLAIN, FUSED)) {
        List<List<NDArray>> state = kernels == PLAIN ? plain : fused;
        List<NDArray> gradients =
            List.of(normal(100 + step, type, 3, 4), normal(200 + step, type, 5));
        if (broken) {
          gradients.get(1).muli(manager.full(new Shape(1), Float.NaN, type));
        }
        GradientScale scale = kernels.scale(gradients, loss, 0.5);
        AdamWArrays arrays = new AdamWArrays(state.get(0), gradients, state.get(1), state.get(2));
        kernels.adamW(arrays, new AdamWNumbers(0.01, 0.1, 0.9, 0.99, 1e-8, step), scale);
        assertThat(Ops.number(scale.broken())).isEqualTo(broken ? 1 : 0);
      }
    }
    for (int part = 0; part < 3; part++) {
      for (int i = 0; i < 2; i++) {
        assertThat(doubles(fused.get(part).get(i)))
            .containsExactly(doubles(plain.get(part).get(i)), within(tolerance));
      }
    }
  }

  private List<List<NDArray>> adamWState(DataType type) {
    return List.of(
        List.of(normal(1, type, 3, 4), normal(2, type, 5)),
        List.of(manager.zeros(new Shape(3, 4), type), manager.zeros(new Shape(5), type)),
        List.of(manager.zeros(new Shape(3, 4), type), manager.zeros(new Shape(5), type)));
  }

  @Test
  void theNormIsThatOfAllArraysTogether() {
    for (Kernels kernels : List.of(PLAIN, FUSED)) {
      NDArray a = manager.create(new double[] {3, -4, 0, 0}, new Shape(2, 2));
      NDArray b = manager.create(new float[] {-12});
      NDArray c = manager.create(84.0); // a scalar: sqrt(9 + 16 + 144 + 7056) = 85
      GradientScale scale = kernels.scale(List.of(a, b, c), manager.ones(new Shape(1)), 2);
      assertThat(Ops.number(scale.norm())).isCloseTo(85, within(1e-12));
      assertThat(Ops.number(scale.divisor())).isCloseTo((85 + 1e-6) / 2, within(1e-5));
      assertThat(Ops.number(scale.broken())).isZero();
    }
  }

  @Test
  void shortGradientsAndThoseWithoutALimitAreNotScaled() {
    for (Kernels kernels : List.of(PLAIN, FUSED)) {
      List<NDArray> gradients = List.of(manager.create(new float[] {3, -4}));
      NDArray loss = manager.ones(new Shape(1));
      assertThat(Ops.number(kernels.scale(gradients, loss, 5.1).divisor())).isEqualTo(1);
      assertThat(Ops.number(kernels.scale(gradients, loss, 0).divisor())).isEqualTo(1);
    }
  }

  @Test
  void aLossOrGradientThatIsNotANumberBreaksTheStep() {
    for (Kernels kernels : List.of(PLAIN, FUSED)) {
      List<NDArray> sound = List.of(manager.create(new float[] {7}));
      List<NDArray> infinite = List.of(manager.create(new float[] {1, Float.POSITIVE_INFINITY}));
      NDArray one = manager.ones(new Shape(1));
      NDArray nan = manager.full(new Shape(1), Float.NaN);
      assertThat(Ops.number(kernels.scale(sound, nan, 1).broken())).isEqualTo(1);
      assertThat(Ops.number(kernels.scale(infinite, one, 1).broken())).isEqualTo(1);
      assertThat(Ops.number(kernels.scale(infinite, one, 1).norm()))
          .isEqualTo(Double.POSITIVE_INFINITY);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-15", "FLOAT32, 1e-6"})
  void averagesMoveTowardsTheValues(DataType type, double tolerance) {
    for (Kernels kernels : List.of(PLAIN, FUSED)) {
      NDArray average = manager.create(new double[] {1, 2}).toType(type, false).duplicate();
      NDArray value = manager.create(new double[] {5, -2}).toType(type, false).duplicate();
      kernels.average(List.of(average), List.of(value), 0.25);
      assertThat(doubles(average)).containsExactly(new double[] {2, 1}, within(tolerance));
      assertThat(doubles(value)).containsExactly(5, -2);
    }
  }

  @Test
  void uploadsToTheHostAreTheArrayItself() {
    try (NDManager host = WeitEngine.newManager(Device.cpu())) {
      NDArray x = host.create(new float[] {1, 2});
      assertThat(FUSED.upload(x, host)).isSameAs(x);
      assertThat(PLAIN.upload(x, host)).isSameAs(x);
      assertThat(Ops.upload(host, there -> there.create(3f)).getManager()).isSameAs(host);
    }
  }

  /** On a CPU this shows that the engine takes the script, of which that is the other branch. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"UINT8", "INT64", "FLOAT32"})
  void uploadsHaveTheValuesAndBelongToTheTarget(DataType type) {
    try (NDManager host = WeitEngine.newManager(Device.cpu())) {
      NDArray x = host.arange(0, 6, 1, type).reshape(2, 3);
      NDArray like = manager.create(new Shape(0), type);
      NDArray byScript = FusedKernels.UPLOAD.call(like, x);
      NDArray byOps = Ops.upload(manager, there -> x.duplicate());
      for (NDArray found : List.of(byScript, byOps)) {
        assertThat(found.getDataType()).isEqualTo(type);
        assertThat(found.getDevice()).isEqualTo(manager.getDevice());
        assertThat(doubles(found)).containsExactly(0, 1, 2, 3, 4, 5);
      }
      assertThat(byScript.getManager()).isSameAs(manager);
      byScript.close();
    }
  }

  @Test
  void callsLeaveNoArrayBehindButTheirResults() {
    NDArray x = normal(1, DataType.FLOAT32, 3, 4);
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 20; i++) {
      GradientScale scale = FUSED.scale(List.of(x), x.sum(), 1);
      FUSED.average(List.of(x), List.of(x), 0.5);
      scale.norm().close();
      scale.divisor().close();
      scale.broken().close();
    }
    assertThat(manager.getManagedArrays()).hasSize(before + 20); // the sums
  }

  @Test
  void aNameThatIsNoChoiceIsAnswered() {
    assertThat(KernelChoice.choose("plain")).isInstanceOf(PlainKernels.class);
    assertThat(KernelChoice.choose("auto")).isInstanceOf(FusedKernels.class);
    assertThatThrownBy(() -> KernelChoice.choose("fast"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("auto, fused or plain");
  }
}
