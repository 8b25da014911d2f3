package io.github.weit.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import io.github.weit.models.Cost;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.StochasticDepth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An architecture of your own: MLP-Mixer (arXiv 2105.01601), here with as many hidden features
 * among patches as the network is wide. X is {@code (patches, width)}, after each layer
 *
 * <pre>
 * U = X + (fc2 gelu(fc1 norm(X)^T))^T    among patches
 * Y = U + fc2 gelu(fc1 norm(U))          among features, 4 times as many hidden ones
 * </pre>
 *
 * Pre-training, fitting, files and checkpoints need nothing more than this class, and {@link
 * PatchMixerReader} to find it again. It shows how a family is written; nobody measured what it is
 * worth.
 */
public record PatchMixer(int imageSize, int channels, int patch, int classes) implements Family {

  static final String ID = "patch-mixer-example";
  static final String PATCH = "patch";

  private static final int TEMPLATE_WIDTH = 16;
  private static final int TERMS = 8;
  private static final int HIDDEN = 4;

  public PatchMixer {
    if (channels < 1 || patch < 1 || imageSize < patch || imageSize % patch != 0 || classes < 1) {
      throw new WeitException(
          "%s: expected images of whole patches, channels and classes, found %d pixels in patches of %d, %d and %d"
              .formatted(ID, imageSize, patch, channels, classes));
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        IMAGE_SIZE, Integer.toString(imageSize),
        CHANNELS, Integer.toString(channels),
        PATCH, Integer.toString(patch),
        CLASSES, Integer.toString(classes));
  }

  @Override
  public int widthStep() {
    return TEMPLATE_WIDTH;
  }

  @Override
  public int stages() {
    return 1;
  }

  @Override
  public void requireLegal(Size size) {
    size.requireStages(this);
    size.requireWidthStep(ID, TEMPLATE_WIDTH, "template width");
  }

  @Override
  public Shape inputShape() {
    return new Shape(channels, imageSize, imageSize);
  }

  @Override
  public PatchMixer withClasses(int value) {
    return new PatchMixer(imageSize, channels, patch, value);
  }

  @Override
  public PatchMixer withImages(int size, int channelCount) {
    return new PatchMixer(size, channelCount, patch, classes);
  }

  private long patches() {
    return (long) (imageSize / patch) * (imageSize / patch);
  }

  private static Axis out(long length) {
    return Axis.out("out", length, TEMPLATE_WIDTH);
  }

  private static Axis in(long length) {
    return Axis.in("in", length, TEMPLATE_WIDTH);
  }

  @Override
  public List<WeightType> weights(Size size) {
    requireLegal(size);
    long d = size.width();
    Axis layer = Axis.layers(size.depth());
    Axis places = Axis.fixed(TOKEN_AXIS, patches());
    Axis colours = Axis.fixed(CHANNEL_AXIS, channels);
    Axis row = Axis.fixed("row", patch);
    Axis column = Axis.fixed("column", patch);
    List<WeightType> types = new ArrayList<>();
    add(types, "stem.proj", List.of(out(d)), colours, row, column);
    add(types, "blocks.{}.norm1", List.of(layer, out(d)));
    add(types, "blocks.{}.mlp_tokens.fc1", List.of(layer, out(d)), places);
    add(types, "blocks.{}.mlp_tokens.fc2", List.of(layer, places), in(d));
    add(types, "blocks.{}.norm2", List.of(layer, out(d)));
    add(types, "blocks.{}.mlp_channels.fc1", List.of(layer, out(HIDDEN * d)), in(d));
    add(types, "blocks.{}.mlp_channels.fc2", List.of(layer, out(d)), in(HIDDEN * d));
    add(types, "norm", List.of(out(d)));
    add(types, "head", List.of(Axis.fixed("class", classes)), in(d));
    return types;
  }

  /** What multiplies inputs, or a gain if there are none, and a bias. */
  private static void add(List<WeightType> types, String path, List<Axis> outputs, Axis... inputs) {
    long count = Stream.of(inputs).mapToLong(Axis::length).reduce(1, Math::multiplyExact);
    boolean gain = inputs.length == 0;
    Initial initial = gain ? new Initial.Constant(1) : Initial.byInputs(count);
    List<Axis> all = Stream.concat(outputs.stream(), Stream.of(inputs)).toList();
    String weight = path + ".weight";
    String bias = path + ".bias";
    types.add(new WeightType(weight, weight, TERMS, initial, !gain, all));
    types.add(new WeightType(bias, bias, TERMS, new Initial.Constant(0), false, outputs));
  }

  @Override
  public Cost cost(Size size) {
    long parameters = weights(size).stream().mapToLong(WeightType::denseParameters).sum();
    long d = size.width();
    long t = patches();
    long embedding = t * d * channels * patch * patch;
    long layer = 2 * d * t * d + 2 * t * d * HIDDEN * d;
    return new Cost(parameters, embedding + size.depth() * layer + d * classes);
  }

  @Override
  public NDArray forward(NamedArrays weights, Size size, NDArray images, Pass pass) {
    requireInput(images, weights);
    NDArray kernel = weights.get("stem.proj.weight");
    NDArray x = Ops.convolution(images, kernel, weights.get("stem.proj.bias"), patch, 0, 1);
    x = x.reshape(x.getShape().get(0), size.width(), -1).transpose(0, 2, 1); // (batch, patches, D)
    for (int i = 0; i < size.depth(); i++) {
      NamedArrays block = weights.under("blocks." + i + ".");
      double drop = StochasticDepth.probability(pass, i, size.depth());
      NDArray turned = norm(block.under("norm1."), x).transpose(0, 2, 1); // (batch, D, patches)
      NDArray mixed = mlp(block.under("mlp_tokens."), turned, pass).transpose(0, 2, 1);
      x = x.add(StochasticDepth.drop(mixed, drop, pass, 2L * i));
      NDArray branch = mlp(block.under("mlp_channels."), norm(block.under("norm2."), x), pass);
      x = x.add(StochasticDepth.drop(branch, drop, pass, 2L * i + 1));
    }
    NDArray pooled = norm(weights.under("norm."), x).mean(new int[] {1}); // (batch, D)
    return Ops.dense(pooled, weights.get("head.weight"), weights.get("head.bias"));
  }

  private static NDArray norm(NamedArrays of, NDArray x) {
    return Ops.layerNorm(x, of.get("weight"), of.get("bias"), 1e-6);
  }

  private static NDArray mlp(NamedArrays of, NDArray x, Pass pass) {
    NDArray hidden = Ops.dense(x, of.get("fc1.weight"), of.get("fc1.bias"), pass.precision());
    NDArray gelu = Ops.gelu(hidden);
    return Ops.float32(Ops.dense(gelu, of.get("fc2.weight"), of.get("fc2.bias"), pass.precision()));
  }
}
