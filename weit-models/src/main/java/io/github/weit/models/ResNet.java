package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The residual network: stages of residual blocks, each stage half as high and twice as wide as the
 * one before; batch norm and ReLU.
 *
 * <p>Papers: "Deep Residual Learning for Image Recognition" (arXiv 1512.03385), "Wide Residual
 * Networks" (arXiv 1605.07146). Parameter paths, shapes and strides are torchvision's {@code
 * ResNet}, so weights load there as they are: a bottleneck strides in its 3x3 kernel, and where a
 * block changes the shape its shortcut is a 1x1 convolution, also in the networks for small images,
 * whose paper pads the shortcut with zeros.
 *
 * <p>A {@link Size} is the width of the first stage and the number of blocks of each: ResNet-50 is
 * {@code 64x3-4-6-3}, ResNet-20 {@code 16x3-3-3}.
 *
 * @param imageSize height and width of an image in pixels
 * @param channels of an image
 * @param classes that the head tells apart
 * @param stem what comes before the first block
 * @param block what stages are made of
 * @param stages how many there are
 * @param widening inner features of a bottleneck, as a multiple of its stage's width: 2 for
 *     torchvision's {@code wide_resnet50_2}, else 1
 * @param cut how weights are cut into templates
 */
public record ResNet(
    int imageSize,
    int channels,
    int classes,
    Stem stem,
    Block block,
    int stages,
    int widening,
    ConvCut cut)
    implements Family {

  static final String ID = "resnet";
  static final double EPSILON = 1e-5;

  /** What comes before the first block. */
  public enum Stem {
    /** A 3x3 convolution, for images of 32x32. */
    CIFAR(3, 1, false),
    /** A 7x7 convolution of stride 2 and a 3x3 max pooling of stride 2, for images of 224x224. */
    IMAGENET(7, 2, true);

    final int kernel;
    final int stride;
    final boolean pooled;

    Stem(int kernel, int stride, boolean pooled) {
      this.kernel = kernel;
      this.stride = stride;
      this.pooled = pooled;
    }
  }

  /** What stages are made of. */
  public enum Block {
    /** Two 3x3 convolutions. */
    BASIC(1),
    /** 1x1, 3x3 and 1x1, to four times as many features. */
    BOTTLENECK(4);

    final int expansion;

    Block(int expansion) {
      this.expansion = expansion;
    }
  }

  public ResNet {
    if (imageSize < 1 || channels < 1 || classes < 1 || stages < 1 || stages > 8) {
      throw new WeitException(
          "resnet: image size, channels and classes must be at least 1 and stages 1 to 8, found %d, %d, %d, %d"
              .formatted(imageSize, channels, classes, stages));
    }
    if (widening < 1 || (block == Block.BASIC && widening != 1)) {
      throw new WeitException(
          "resnet: only the inner features of bottlenecks can be widened, found %d for %s; choose a wider size"
              .formatted(widening, block));
    }
  }

  /** For small images such as CIFAR's: three stages of basic blocks behind a 3x3 stem. */
  public static ResNet small(int imageSize, int channels, int classes) {
    return new ResNet(
        imageSize, channels, classes, Stem.CIFAR, Block.BASIC, 3, 1, ConvCut.standard());
  }

  /** For 224x224 RGB images: four stages behind a 7x7 stem. */
  public static ResNet imagenet(Block block, int classes) {
    ConvCut cut = new ConvCut(32, 32, 32, 4, ConvCut.Sharing.NETWORK);
    return new ResNet(224, 3, classes, Stem.IMAGENET, block, 4, 1, cut);
  }

  public ResNet withCut(ConvCut value) {
    return new ResNet(imageSize, channels, classes, stem, block, stages, widening, value);
  }

  @Override
  public ResNet withImages(int size, int channelCount) {
    return new ResNet(size, channelCount, classes, stem, block, stages, widening, cut);
  }

  public ResNet withWidening(int value) {
    return new ResNet(imageSize, channels, classes, stem, block, stages, value, cut);
  }

  @Override
  public ResNet withClasses(int value) {
    return new ResNet(imageSize, channels, value, stem, block, stages, widening, cut);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String models() {
    return "residual networks";
  }

  @Override
  public Map<String, String> options() {
    return ResNetOptions.write(this);
  }

  @Override
  public Optional<LongTraining> longTraining() {
    return Optional.of(new LongTraining(withCut(cut.withManyTerms()), false, 16, 1));
  }

  @Override
  public Ledger ledger(Size size, Precision precision) {
    return ResNetLedger.of(this, size, new Ledger.Widths(precision));
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

  /** At any width: a batch norm looks at one feature at a time, so copies stay copies. */
  @Override
  public boolean widensExactly(int from, int to) {
    return to >= from;
  }

  /** Features inside the blocks of a stage, counted from 0. */
  long planes(Size size, int stage) {
    return (long) size.width() << stage;
  }

  /** Features between the blocks of a stage. */
  long features(Size size, int stage) {
    return planes(size, stage) * block.expansion;
  }

  /** Features that a stage is given. */
  long incoming(Size size, int stage) {
    return stage == 0 ? size.width() : features(size, stage - 1);
  }

  /** Whether a stage's first block differs from the others in shape. */
  boolean changesShape(int stage) {
    return stage > 0 || block.expansion > 1;
  }

  @Override
  public List<WeightType> weights(Size size) {
    requireLegal(size);
    return ResNetWeights.of(this, size).weights();
  }

  @Override
  public List<WeightType> statistics(Size size) {
    requireLegal(size);
    return ResNetWeights.of(this, size).statistics();
  }

  @Override
  public Cost cost(Size size) {
    return Ledger.of(this, size, Precision.FLOAT32).cost();
  }

  @Override
  public NDArray forward(NamedArrays weights, Size size, NDArray images, Pass pass) {
    requireInput(images, weights);
    Layers root = new Layers(weights, "", pass);
    NDArray x = Ops.channelsLast(images);
    x = root.convolve(x, "conv1", stem.stride, stem.kernel / 2);
    x = Ops.relu(root.norm(x, "bn1")); // (batch, D, height, width)
    if (stem.pooled) {
      x = Ops.maxPool(x, 3, 2, 1);
    }
    int layer = 0;
    for (int stage = 0; stage < stages; stage++) {
      for (int i = 0; i < size.depths().get(stage); i++) {
        Layers layers = new Layers(weights, "layer" + (stage + 1) + "." + i + ".", pass);
        int stride = i == 0 && stage > 0 ? 2 : 1;
        NDArray shortcut = x;
        if (i == 0 && changesShape(stage)) {
          shortcut = layers.norm(layers.convolve(x, "downsample.0", stride, 0), "downsample.1");
        }
        double drop = StochasticDepth.probability(pass, layer, size.depth());
        NDArray branch = StochasticDepth.drop(branch(layers, x, stride), drop, pass, layer);
        x = Ops.relu(shortcut.add(branch));
        layer++;
      }
    }
    NDArray pooled = Ops.float32(x).mean(new int[] {3}).mean(new int[] {2});
    return root.dense(pooled, "fc"); // (batch, classes)
  }

  private NDArray branch(Layers layers, NDArray x, int stride) {
    return switch (block) {
      case BASIC -> {
        NDArray y = Ops.relu(layers.norm(layers.convolve(x, "conv1", stride, 1), "bn1"));
        yield layers.norm(layers.convolve(y, "conv2", 1, 1), "bn2");
      }
      case BOTTLENECK -> {
        NDArray y = Ops.relu(layers.norm(layers.convolve(x, "conv1", 1, 0), "bn1"));
        y = Ops.relu(layers.norm(layers.convolve(y, "conv2", stride, 1), "bn2"));
        yield layers.norm(layers.convolve(y, "conv3", 1, 0), "bn3");
      }
    };
  }

  @Override
  public String toString() {
    return "resnet %sx%s, %s channels, %s stem, %s stages of %s blocks, %s classes"
        .formatted(
            imageSize,
            imageSize,
            channels,
            stem.name().toLowerCase(Locale.ROOT),
            stages,
            block.name().toLowerCase(Locale.ROOT),
            classes);
  }

  /** Weights under a common prefix, and the layers that are made of them. */
  private record Layers(NamedArrays weights, String prefix, Pass pass) {

    NDArray convolve(NDArray x, String name, int stride, int padding) {
      NDArray kernel = weights.get(prefix + name + ".weight");
      return Ops.convolution(x, kernel, stride, padding, 1, pass.precision());
    }

    NDArray dense(NDArray x, String name) {
      return Ops.dense(
          x, weights.get(prefix + name + ".weight"), weights.get(prefix + name + ".bias"));
    }

    NDArray norm(NDArray x, String name) {
      return BatchNorms.apply(weights, prefix + name, x, EPSILON, pass);
    }
  }
}
