package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Which entries of a parent's weights a model is made of, by parameter path and nested loops. */
final class NaivePick {

  private NaivePick() {}

  /**
   * A weight of a smaller or larger vision transformer.
   *
   * @param width the source of every feature of the residual stream, and of attention's
   * @param hidden the source of every hidden feature of the MLP
   */
  static float[] vit(Vit vit, SizedModel parent, String name, int[] width, int[] hidden) {
    NDArray array = parent.weights().get(name);
    int old = parent.size().width();
    int[] kinds =
        IntStream.range(0, 3)
            .flatMap(kind -> IntStream.of(width).map(i -> kind * old + i))
            .toArray();
    long[] shape = array.getShape().getShape();
    int[][] picks = new int[shape.length][];
    for (int i = 0; i < shape.length; i++) {
      picks[i] = IntStream.range(0, (int) shape[i]).toArray();
    }
    String last = name.replaceAll("blocks\\.\\d+\\.", "");
    switch (last) {
      case "cls_token", "pos_embed" -> picks[2] = width;
      case "attn.qkv.weight" -> {
        picks[0] = kinds;
        picks[1] = width;
      }
      case "attn.qkv.bias" -> picks[0] = kinds;
      case "mlp.fc1.weight" -> {
        picks[0] = hidden;
        picks[1] = width;
      }
      case "mlp.fc1.bias" -> picks[0] = hidden;
      case "mlp.fc2.weight" -> {
        picks[0] = width;
        picks[1] = hidden;
      }
      case "head.weight" -> picks[1] = width;
      case "head.bias" -> {}
      case "attn.proj.weight" -> {
        picks[0] = width;
        picks[1] = width;
      }
      default -> picks[0] = width; // norms, other biases, the patch embedding
    }
    return pick(array.toFloatArray(), shape, picks);
  }

  /** The entries at every combination of indices. */
  static float[] pick(float[] values, long[] shape, int[][] picks) {
    int size = Arrays.stream(picks).mapToInt(axis -> axis.length).reduce(1, (a, b) -> a * b);
    float[] picked = new float[size];
    for (int flat = 0; flat < size; flat++) {
      int rest = flat;
      int source = 0;
      int stride = 1;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        source += picks[axis][rest % picks[axis].length] * stride;
        rest /= picks[axis].length;
        stride *= (int) shape[axis];
      }
      picked[flat] = values[source];
    }
    return picked;
  }
}
