package io.github.weit.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import java.util.List;

/** {@link Kernels} in DJL's API alone. */
final class PlainKernels implements Kernels {

  @Override
  public NDArray attention(NDArray q, NDArray k, NDArray v) {
    double scale = 1 / Math.sqrt(q.getShape().get(3));
    NDArray scores =
        q.mul(Ops.scalarLike(q, scale))
            .matMul(k.transpose(0, 1, 3, 2)); // (batch, heads, queries, tokens)
    return scores.softmax(-1).matMul(v);
  }

  @Override
  public NDArray selfAttention(NDArray packed) {
    Shape shape = packed.getShape();
    Shape each = new Shape(shape.get(0), shape.get(3), shape.get(1), shape.get(4));
    NDList apart = packed.transpose(2, 0, 3, 1, 4).split(3, 0);
    NDArray mixed =
        attention(
            apart.get(0).reshape(each), apart.get(1).reshape(each), apart.get(2).reshape(each));
    return mixed.transpose(0, 2, 1, 3);
  }

  @Override
  public NDArray crossEntropy(NDArray logits, NDArray targets) {
    return targets.mul(logits.logSoftmax(-1)).sum(new int[] {1}).mean().neg();
  }

  @Override
  public NDArray denseInBfloat16(NDArray x, NDArray weight, NDArray bias) {
    throw noBfloat16();
  }

  @Override
  public NDArray convolutionInBfloat16(
      NDArray x, NDArray kernel, long stride, long padding, int groups) {
    throw noBfloat16();
  }

  private static WeitException noBfloat16() {
    return new WeitException(
        "bfloat16 needs the engine's scripts, which this engine does not take or -Dweit.kernels=plain"
            + " switched off; use float32");
  }

  @Override
  public NDArray float32(NDArray x) {
    return x; // these kernels make no bfloat16
  }

  @Override
  public boolean movable(NDArray array) {
    return true;
  }

  @Override
  public NDArray toTypeOf(NDArray x, NDArray like) {
    return x.toType(like.getDataType(), false);
  }

  @Override
  public NDArray channelsLast(NDArray images) {
    NDArray inner = images.transpose(0, 2, 3, 1);
    return inner.flatten().reshape(inner.getShape()).transpose(0, 3, 1, 2); // flatten copies
  }

  @Override
  public NDArray upload(NDArray host, NDManager target) {
    if (!target.getDevice().isGpu()) {
      return host;
    }
    NDArray there = host.toDevice(target.getDevice(), true);
    there.attach(target);
    return there;
  }

  /** Waits for the device. */
  @Override
  public GradientScale scale(List<NDArray> gradients, NDArray loss, double maxNorm) {
    NDManager manager = loss.getManager();
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      NDList norms = new NDList(gradients.size());
      for (NDArray gradient : gradients) {
        NDArray norm = gradient.norm().reshape(1);
        boolean wide = norm.getDataType() == DataType.FLOAT64;
        norms.add(wide ? norm : norm.toType(DataType.FLOAT64, false));
      }
      NDArray norm = NDArrays.concat(norms).norm().reshape(1);
      double length = norm.toDoubleArray()[0];
      double divisor = maxNorm > 0 ? Math.max(1, (length + 1e-6) / maxNorm) : 1;
      boolean sound = Double.isFinite(length) && Double.isFinite(Ops.number(loss));
      return new GradientScale(norm, of(divisor, manager), of(sound ? 0 : 1, manager));
    }
  }

  private static NDArray of(double value, NDManager manager) {
    return manager.full(new Shape(1), (float) value);
  }

  /** Waits for the device. */
  @Override
  public void adamW(AdamWArrays arrays, AdamWNumbers numbers, GradientScale scale) {
    if (scale.broken().toFloatArray()[0] != 0) {
      return;
    }
    double divisor = scale.divisor().toFloatArray()[0];
    try (NoGradient off = NoGradient.begin();
        NDScope scope = new NDScope()) {
      off.hold();
      scope.suppressNotUsedWarning();
      NDArray first = arrays.parameters().get(0);
      Scalars scalars = new Scalars(first.getManager());
      for (int i = 0; i < arrays.parameters().size(); i++) {
        adamW(arrays, i, numbers, divisor, scalars);
      }
    }
  }

  private static void adamW(
      AdamWArrays arrays, int i, AdamWNumbers numbers, double divisor, Scalars scalars) {
    NDArray parameter = arrays.parameters().get(i);
    NDArray gradient = arrays.gradients().get(i);
    NDArray first = arrays.firstMoments().get(i);
    NDArray second = arrays.secondMoments().get(i);
    DataType type = parameter.getDataType();
    if (divisor != 1) {
      gradient = gradient.div(scalars.of(divisor, type));
    }
    parameter.muli(scalars.of(1 - numbers.rate() * numbers.decay(), type));
    first.muli(scalars.of(numbers.beta1(), type));
    first.addi(gradient.mul(scalars.of(1 - numbers.beta1(), type)));
    second.muli(scalars.of(numbers.beta2(), type));
    second.addi(gradient.mul(gradient).mul(scalars.of(1 - numbers.beta2(), type)));
    double correction1 = 1 - Math.pow(numbers.beta1(), numbers.step());
    double correction2 = 1 - Math.pow(numbers.beta2(), numbers.step());
    NDArray root = second.sqrt().div(scalars.of(Math.sqrt(correction2), type));
    NDArray change = first.div(root.add(scalars.of(numbers.epsilon(), type)));
    parameter.subi(change.mul(scalars.of(numbers.rate() / correction1, type)));
  }

  @Override
  public void average(List<NDArray> averages, List<NDArray> values, double weight) {
    try (NoGradient off = NoGradient.begin();
        NDScope scope = new NDScope()) {
      off.hold();
      scope.suppressNotUsedWarning();
      Scalars scalars = new Scalars(averages.get(0).getManager());
      for (int i = 0; i < averages.size(); i++) {
        NDArray average = averages.get(i);
        NDArray change = values.get(i).sub(average);
        average.addi(change.mul(scalars.of(weight, average.getDataType())));
      }
    }
  }
}
