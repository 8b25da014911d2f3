package io.github.weit.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * {@link Kernels} as single calls into the engine, by {@link ScriptFunction}. Numbers for types in
 * the scripts are PyTorch's: 6 float32, 7 float64, 15 bfloat16.
 */
final class FusedKernels implements Kernels {

  /**
   * In bfloat16 the engine's fused attention is several times slower on CPUs than its two products
   * and softmax.
   */
  private static final String ATTENTION_BODY =
      """
          apart = torch.__not__(ops.prim.is_cuda(q))
          if torch.ne(ops.prim.dtype(q), 15):
            apart = False
          if apart:
            s = torch.mul(q, torch.div(1., torch.sqrt(torch.size(q, 3))))
            p = torch.softmax(torch.matmul(s, torch.transpose(k, 2, 3)), -1)
            y = torch.matmul(p, v)
          else:
            y = torch.scaled_dot_product_attention(q, k, v)
      """;

  private static final ScriptFunction ATTENTION =
      new ScriptFunction(
          "attention",
          "q: Tensor, k: Tensor, v: Tensor",
          "Tensor",
          ATTENTION_BODY + "    return y\n");

  /** Taken apart and put together again, forward and backward, in one pass over memory each. */
  private static final ScriptFunction SELF_ATTENTION =
      new ScriptFunction(
          "self_attention",
          "x: Tensor",
          "Tensor",
          """
              a, b, c, = torch.unbind(x, 2)
              q = torch.transpose(a, 1, 2)
              k = torch.transpose(b, 1, 2)
              v = torch.transpose(c, 1, 2)
          """
              + ATTENTION_BODY
              + "    return torch.transpose(y, 1, 2)\n");

  private static final ScriptFunction CROSS_ENTROPY =
      new ScriptFunction(
          "cross_entropy",
          "z: Tensor, t: Tensor",
          "Tensor",
          "    return torch.cross_entropy_loss(z, t)\n");

  private static final ScriptFunction DENSE =
      new ScriptFunction(
          "dense",
          "x: Tensor, w: Tensor, b: Tensor",
          "Tensor",
          "    return torch.linear(torch.to(x, 15), torch.to(w, 15), torch.to(b, 15))\n");

  private static final ScriptFunction TO_BFLOAT16 =
      new ScriptFunction("to_bfloat16", "x: Tensor", "Tensor", "    return torch.to(x, 15)\n");

  private static final ScriptFunction TO_FLOAT32 =
      new ScriptFunction("to_float32", "x: Tensor", "Tensor", "    return torch.to(x, 6)\n");

  /** A new array takes over the order of axes in memory, and leaves no gaps. */
  private static final ScriptFunction PACKED =
      new ScriptFunction(
          "packed",
          "x: Tensor",
          "Tensor",
          """
              y = torch.empty_like(x)
              if torch.eq(torch.stride(x), torch.stride(y)):
                packed = torch.ones([1])
              else:
                packed = torch.zeros([1])
              return packed
          """);

  private static final ScriptFunction TO_TYPE_OF =
      new ScriptFunction(
          "to_type_of",
          "x: Tensor, like: Tensor",
          "Tensor",
          "    return torch.to(x, ops.prim.dtype(like))\n");

  /** 2 is PyTorch's number for the memory format. */
  private static final ScriptFunction CHANNELS_LAST =
      new ScriptFunction(
          "channels_last",
          "x: Tensor",
          "Tensor",
          "    return torch.contiguous(x, memory_format=2)\n");

  /**
   * Of {@code like}'s device and type. The copy to pinned memory is done when this returns, the one
   * from there is not; the engine keeps the pinned memory until it is.
   */
  static final ScriptFunction UPLOAD =
      new ScriptFunction(
          "upload",
          "like: Tensor, x: Tensor",
          "Tensor",
          """
              if ops.prim.is_cuda(like):
                y = torch.to(torch.pin_memory(x), like, True)
              else:
                y = torch.to(x, like)
              return y
          """);

  private static final ScriptFunction SCALE =
      new ScriptFunction(
          "scale",
          "gradients: List[Tensor], loss: Tensor, limit: float",
          "Tuple[Tensor, Tensor, Tensor]",
          """
              norms = torch._foreach_norm(gradients, 2)
              wide = annotate(List[Tensor], [])
              for i in range(torch.len(norms)):
                _0 = torch.append(wide, torch.to(norms[i], 7))
              norm = torch.reshape(torch.linalg_vector_norm(torch.stack(wide)), [1])
              sound = torch.logical_and(torch.isfinite(norm), torch.isfinite(loss))
              broken = torch.to(torch.logical_not(torch.reshape(sound, [1])), 6)
              if torch.gt(limit, 0.):
                divisor = torch.clamp(torch.div(torch.add(norm, 9.9999999999999995e-07), limit), 1.)
              else:
                divisor = torch.ones_like(norm)
              return (norm, torch.to(divisor, 6), broken)
          """);

  private static final ScriptFunction ADAM_W =
      new ScriptFunction(
          "adam_w",
          "p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], divisor: Tensor,"
              + " broken: Tensor, rate: float, decay: float, beta1: float, beta2: float,"
              + " epsilon: float, step: float",
          "Tensor",
          """
              t = torch.mul(torch.ones_like(divisor), step)
              steps = annotate(List[Tensor], [])
              for i in range(torch.len(p)):
                _0 = torch.append(steps, t)
              none = annotate(List[Tensor], [])
              _1 = torch._fused_adamw_(p, g, m, v, none, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=divisor, found_inf=broken)
              return broken
          """);

  private static final ScriptFunction AVERAGE =
      new ScriptFunction(
          "average",
          "a: List[Tensor], b: List[Tensor], weight: float",
          "float",
          """
              _0 = torch._foreach_lerp_(a, b, weight)
              return weight
          """);

  @Override
  public NDArray attention(NDArray q, NDArray k, NDArray v) {
    return ATTENTION.call(q, k, v);
  }

  @Override
  public NDArray selfAttention(NDArray packed) {
    return SELF_ATTENTION.call(packed);
  }

  @Override
  public NDArray crossEntropy(NDArray logits, NDArray targets) {
    return CROSS_ENTROPY.call(logits, targets);
  }

  @Override
  public NDArray denseInBfloat16(NDArray x, NDArray weight, NDArray bias) {
    return DENSE.call(x, weight, bias);
  }

  /** Pixels are taken before they are rounded, which is less work. */
  @Override
  public NDArray convolutionInBfloat16(
      NDArray x, NDArray kernel, long stride, long padding, int groups) {
    if (Ops.passesPixelsOver(kernel, stride, padding)) {
      return convolutionInBfloat16(Ops.everyPixel(x, stride), kernel, 1, 0, groups);
    }
    NDArray narrow = TO_BFLOAT16.call(kernel);
    narrow.attach(x.getManager()); // not with the weights, where it would stay
    return Ops.convolution(TO_BFLOAT16.call(x), narrow, stride, padding, groups);
  }

  @Override
  public NDArray float32(NDArray x) {
    return x.getDataType().isFloating() ? x : TO_FLOAT32.call(x); // DJL knows no bfloat16
  }

  @Override
  public boolean movable(NDArray array) {
    try (NDArray packed = PACKED.call(array)) {
      return Ops.number(packed) == 1;
    }
  }

  @Override
  public NDArray toTypeOf(NDArray x, NDArray like) {
    return TO_TYPE_OF.call(x, like);
  }

  @Override
  public NDArray channelsLast(NDArray images) {
    return CHANNELS_LAST.call(images);
  }

  @Override
  public NDArray upload(NDArray host, NDManager target) {
    if (!target.getDevice().isGpu()) {
      return host;
    }
    try (NDArray like = target.create(new Shape(0), host.getDataType())) {
      return UPLOAD.call(like, host);
    }
  }

  @Override
  public GradientScale scale(List<NDArray> gradients, NDArray loss, double maxNorm) {
    NDList results =
        SCALE.update(
            loss.getManager(),
            ScriptFunction.list(gradients),
            ScriptFunction.value(loss),
            IValue.from(maxNorm));
    return new GradientScale(results.get(0), results.get(1), results.get(2));
  }

  @Override
  public void adamW(AdamWArrays arrays, AdamWNumbers numbers, GradientScale scale) {
    ADAM_W.update(
        scale.broken().getManager(),
        ScriptFunction.list(arrays.parameters()),
        ScriptFunction.list(arrays.gradients()),
        ScriptFunction.list(arrays.firstMoments()),
        ScriptFunction.list(arrays.secondMoments()),
        ScriptFunction.value(scale.divisor()),
        ScriptFunction.value(scale.broken()),
        IValue.from(numbers.rate()),
        IValue.from(numbers.decay()),
        IValue.from(numbers.beta1()),
        IValue.from(numbers.beta2()),
        IValue.from(numbers.epsilon()),
        IValue.from((double) numbers.step()));
  }

  @Override
  public void average(List<NDArray> averages, List<NDArray> values, double weight) {
    AVERAGE.apply(ScriptFunction.list(averages), ScriptFunction.list(values), IValue.from(weight));
  }
}
