package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ConvNeXt: stages of residual blocks, each stage half as high and twice as wide as the one before.
 * A block is a depthwise 7x7 convolution, LayerNorm over channels, and an MLP at each place:
 *
 * <pre>x + gamma * fc2(gelu(fc1(norm(conv_dw(x)))))</pre>
 *
 * <p>Paper: "A ConvNet for the 2020s" (arXiv 2201.03545). Parameter paths, shapes and strides are
 * timm's {@code ConvNeXt}, so weights of four stages load there as they are. A {@link Size} is the
 * width of the first stage and the number of blocks of each: ConvNeXt-T is {@code 96x3-3-9-3}.
 *
 * @param imageSize height and width of an image in pixels
 * @param channels of an image
 * @param classes that the head tells apart
 * @param patch side and stride of the stem's kernel, 1 to 4; behind a stem of 2 the first stage
 *     halves its images too, as in timm
 * @param stages how many there are
 * @param cut how weights are cut into templates
 */
public record ConvNext(int imageSize, int channels, int classes, int patch, int stages, ConvCut cut)
    implements Family {

  static final String ID = "convnext";
  static final int KERNEL = 7;

  public ConvNext {
    if (channels < 1 || classes < 1 || patch < 1 || patch > 4 || stages < 1 || stages > 8) {
      throw new WeitException(
          "convnext: channels and classes must be at least 1, patch 1 to 4 and stages 1 to 8, found %d, %d, %d, %d"
              .formatted(channels, classes, patch, stages));
    }
    int least = patch << (patch == 2 ? stages : stages - 1);
    if (imageSize < least) {
      throw new WeitException(
          "convnext: an image size of %d leaves nothing for the last of %d stages behind patches of %d; expected at least %d"
              .formatted(imageSize, stages, patch, least));
    }
  }

  /** For small images such as CIFAR's: three stages behind patches of 2. */
  public static ConvNext small(int imageSize, int channels, int classes) {
    return new ConvNext(imageSize, channels, classes, 2, 3, ConvCut.standard());
  }

  /** The paper's, for 224x224 RGB images: four stages behind patches of 4. */
  public static ConvNext imagenet(int classes) {
    ConvCut cut = new ConvCut(32, 32, 32, 4, ConvCut.Sharing.NETWORK);
    return new ConvNext(224, 3, classes, 4, 4, cut);
  }

  public ConvNext withCut(ConvCut value) {
    return new ConvNext(imageSize, channels, classes, patch, stages, value);
  }

  @Override
  public ConvNext withImages(int size, int channelCount) {
    return new ConvNext(size, channelCount, classes, patch, stages, cut);
  }

  @Override
  public ConvNext withClasses(int value) {
    return new ConvNext(imageSize, channels, value, patch, stages, cut);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String models() {
    return "ConvNeXts";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new TreeMap<>();
    options.put(IMAGE_SIZE, Integer.toString(imageSize));
    options.put(CHANNELS, Integer.toString(channels));
    options.put(CLASSES, Integer.toString(classes));
    options.put("patch", Integer.toString(patch));
    options.put("stages", Integer.toString(stages));
    cut.write(options);
    return options;
  }

  static ConvNext read(Map<String, String> options) {
    OptionText text = new OptionText(ID, options);
    return new ConvNext(
        text.number(IMAGE_SIZE),
        text.number(CHANNELS),
        text.number(CLASSES),
        text.number("patch"),
        text.number("stages"),
        ConvCut.read(text));
  }

  @Override
  public Ledger ledger(Size size, Precision precision) {
    return ConvNextLedger.of(this, size, new Ledger.Widths(precision));
  }

  @Override
  public Shape inputShape() {
    return new Shape(channels, imageSize, imageSize);
  }

  @Override
  public int widthStep() {
    return cut.width();
  }

  @Override
  public void requireLegal(Size size) {
    size.requireStages(this);
    size.requireWidthStep(ID, widthStep(), "template width");
  }

  /** Whether a stage begins with a convolution of stride 2. */
  public boolean downsamples(int stage) {
    return stage > 0 || patch == 2;
  }

  @Override
  public List<WeightType> weights(Size size) {
    requireLegal(size);
    return ConvNextWeights.of(this, size);
  }

  @Override
  public Cost cost(Size size) {
    return Ledger.of(this, size, Precision.FLOAT32).cost();
  }

  @Override
  public NDArray forward(NamedArrays weights, Size size, NDArray images, Pass pass) {
    requireInput(images, weights);
    Layers root = new Layers(weights, "", Precision.FLOAT32);
    NDArray x = convolve(root, images.transpose(0, 2, 3, 1), "stem.0", patch, 0, 1);
    x = root.norm(x, "stem.1"); // (batch, side, side, D), channels last from here on
    int layer = 0;
    for (int stage = 0; stage < stages; stage++) {
      String path = "stages." + stage + ".";
      if (downsamples(stage)) {
        Layers layers = new Layers(weights, path + "downsample.", Precision.FLOAT32);
        x = convolve(layers, layers.norm(x, "0"), "1", 2, 0, 1);
      }
      for (int i = 0; i < size.depths().get(stage); i++) {
        NDArray branch =
            branch(new Layers(weights, path + "blocks." + i + ".", pass.precision()), x);
        double drop = StochasticDepth.probability(pass, layer, size.depth());
        x = x.add(StochasticDepth.drop(branch, drop, pass, layer));
        layer++;
      }
    }
    NDArray pooled = x.reshape(x.getShape().get(0), -1, x.getShape().get(3)).mean(new int[] {1});
    return root.dense(root.norm(pooled, "head.norm"), "head.fc"); // (batch, classes)
  }

  private static NDArray branch(Layers block, NDArray x) {
    int groups = Math.toIntExact(x.getShape().get(3));
    NDArray y = block.norm(convolve(block, x, "conv_dw", 1, KERNEL / 2, groups), "norm");
    y = block.dense(Ops.gelu(block.dense(y, "mlp.fc1")), "mlp.fc2");
    return Ops.float32(y).mul(block.get("gamma"));
  }

  /** Channels last before and after; both transpositions are views. */
  private static NDArray convolve(
      Layers layers, NDArray x, String name, int stride, int padding, int groups) {
    NDArray kernel = layers.get(name + ".weight");
    NDArray bias = layers.get(name + ".bias");
    NDArray images = x.transpose(0, 3, 1, 2);
    return Ops.convolution(images, kernel, bias, stride, padding, groups).transpose(0, 2, 3, 1);
  }

  @Override
  public String toString() {
    return "convnext %sx%s, %s channels, patch %s, %s stages, %s classes"
        .formatted(imageSize, imageSize, channels, patch, stages, classes);
  }
}
