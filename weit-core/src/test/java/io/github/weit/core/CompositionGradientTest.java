package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import io.github.weit.core.KroneckerConstraint.Order;
import io.github.weit.core.engine.Ops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of functions of composed weights with respect to templates and scalers, through
 * resizing and unstacking.
 */
class CompositionGradientTest {

  private static final double TOLERANCE = 1e-7;

  private static final WeightType QKV = qkv(3, 4);
  private static final WeightType KERNEL = kernel(2, 4, 6);
  private static final WeightType GAIN = gain(3, 4);
  private static final WeightType POSITIONS =
      type("pos_embed", Axis.fixed("batch", 1), Axis.fixed("token", 3), Axis.out("out", 4, 2));

  @ParameterizedTest
  @EnumSource
  void ofEveryKindOfWeight(Order order) {
    List<WeightType> types = List.of(QKV, KERNEL, GAIN, POSITIONS);
    check(order, types, types, Resize.standard(), CompositionGradientTest::smooth);
  }

  @Test
  void throughConvolutionAttentionProjectionAndNorm() {
    check(
        Order.BLOCK,
        List.of(QKV, KERNEL, GAIN),
        List.of(QKV, KERNEL, GAIN),
        Resize.standard(),
        weights -> {
          NDManager manager = weights.get("blocks.0.qkv.weight").getManager();
          NDArray images = Doubles.normal(manager, new Seed(8), new Shape(2, 6, 4, 4));
          NDArray bias = Doubles.normal(manager, new Seed(9), new Shape(4));
          NDArray maps =
              Conv2d.conv2d(images, weights.get("stage.1.conv.weight"), bias).singletonOrThrow();
          NDArray x = maps.reshape(2, 4, 6).transpose(0, 2, 1); // (batch, pixels, channels)
          NDArray shift = Doubles.normal(manager, new Seed(10), new Shape(4));
          x = Ops.layerNorm(x, weights.get("blocks.2.norm.weight"), shift, 1e-6);
          NDArray none = Doubles.normal(manager, new Seed(11), new Shape(12));
          x = Linear.linear(x, weights.get("blocks.1.qkv.weight"), none).singletonOrThrow();
          return Ops.gelu(x).sum();
        });
  }

  static Stream<Arguments> resizes() {
    Resize standard = Resize.standard();
    Resize uneven = standard.withUnevenness(0.5, new Seed(12));
    Resize repeat = new Resize(Resize.Depth.INTERPOLATE, Resize.Depth.REPEAT, 0, new Seed(0));
    List<WeightType> from = List.of(qkv(3, 4), kernel(2, 4, 6), gain(3, 4));
    List<WeightType> prefix = List.of(qkv(2, 2), kernel(1, 2, 3), gain(2, 2));
    List<WeightType> wider = List.of(qkv(5, 8), kernel(3, 8, 12), gain(5, 10));
    List<WeightType> mixed = List.of(qkv(2, 6), kernel(1, 6, 3), gain(4, 2));
    return Stream.of(
        Arguments.of("prefix", from, prefix, standard),
        Arguments.of("tiled and interpolated", from, wider, standard),
        Arguments.of("tiled in uneven shares", from, wider, uneven),
        Arguments.of("repeated layers", from, wider, repeat),
        Arguments.of(
            "fewer layers by interpolation, some wider, some narrower", from, mixed, repeat));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resizes")
  void throughResizing(String name, List<WeightType> from, List<WeightType> to, Resize rule) {
    assertThat(name).isNotEmpty();
    check(Order.BLOCK, from, to, rule, CompositionGradientTest::smooth);
  }

  private static void check(
      Order order,
      List<WeightType> from,
      List<WeightType> to,
      Resize rule,
      Function<NamedArrays, NDArray> function) {
    KroneckerConstraint constraint = new KroneckerConstraint(order);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (WeightType type : from) {
      shapes.put("templates/" + type.template(), constraint.templates(type).get(0).shape());
      shapes.put("scalers/" + type.name(), constraint.scalers(type).get(0).shape());
    }
    CentralDifferences.check(
        shapes,
        leaves -> {
          TemplateBank bank = TemplateBank.of(constraint, from, leaves.under("templates/"));
          ScalerSet scalers = ScalerSet.of(constraint, from, leaves.under("scalers/"));
          return function.apply(bank.compose(scalers.resize(to, rule)));
        },
        TOLERANCE);
  }

  /**
   * sum_i d_i sin(c_i w_i) over all entries of all weights, with random c and d, so that no two
   * entries are alike.
   */
  private static NDArray smooth(NamedArrays weights) {
    NDArray sum = null;
    for (String name : weights.names()) {
      NDArray w = weights.get(name);
      NDArray c = Doubles.normal(w.getManager(), new Seed(13).child(name), w.getShape());
      NDArray d = Doubles.normal(w.getManager(), new Seed(14).child(name), w.getShape());
      NDArray term = w.mul(c).sin().mul(d).sum();
      sum = sum == null ? term : sum.add(term);
    }
    return sum;
  }

  private static WeightType qkv(int depth, int width) {
    return type(
        "blocks.{}.qkv.weight",
        Axis.layers(depth),
        Axis.group("kind", 3),
        Axis.out("out", width, 2),
        Axis.in("in", width, 2));
  }

  private static WeightType kernel(int depth, int out, int in) {
    return type(
        "stage.{}.conv.weight",
        Axis.layers(depth),
        Axis.out("out", out, 2),
        Axis.in("in", in, 3),
        Axis.fixed("kernel height", 3),
        Axis.fixed("kernel width", 2));
  }

  private static WeightType gain(int depth, int width) {
    return type("blocks.{}.norm.weight", Axis.layers(depth), Axis.out("out", width, 2));
  }

  private static WeightType type(String name, Axis... axes) {
    return new WeightType(name, name, 2, new Initial.Normal(0.02), true, List.of(axes));
  }
}
