package io.github.weit.models;

import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import io.github.weit.models.WeightTable.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table of a residual network's weight types. Kernels start as He's initialisation by their
 * outputs has it (arXiv 1502.01852, torchvision's choice), the head as PyTorch's linear layer does.
 *
 * <p>Where the first block of a stage changes the shape it has scalers of its own under {@code
 * layer2.0...}, and the others follow from block 1 on. Both have a layer axis, so that they share
 * templates and start alike.
 *
 * @param weights all that is learnt, in the order of the forward pass
 * @param statistics all that batch norms measure
 */
record ResNetWeights(List<WeightType> weights, List<WeightType> statistics) {

  /** A tensor that says whose weights a file holds. */
  static final String STEM = "conv1.weight";

  static ResNetWeights of(ResNet net, Size size) {
    Table table = new Table(net, size);
    table.stem();
    for (int stage = 0; stage < net.stages(); stage++) {
      table.stage(stage);
    }
    table.head();
    return new ResNetWeights(table.weights.types(), List.copyOf(table.statistics));
  }

  /** The model whose weights have these names and shapes. */
  static RecognisedModel recognise(TensorShapes shapes, RecognisedModel.Unsaid unsaid) {
    int width = shapes.size(STEM, 0, 4);
    ResNet.Stem stem = stem(shapes);
    boolean bottleneck = shapes.has("layer1.0.conv3.weight");
    int inner = shapes.size("layer1.0.conv1.weight", 0, 4);
    List<Integer> depths = new ArrayList<>();
    int depth = shapes.count("layer1.");
    while (depth > 0) {
      depths.add(depth);
      depth = shapes.countOrNone("layer" + (depths.size() + 1) + ".");
    }
    ResNet net =
        new ResNet(
            unsaid.imageSize().orElse(stem == ResNet.Stem.CIFAR ? 32 : 224),
            shapes.size(STEM, 1, 4),
            shapes.classes("fc.weight", unsaid),
            stem,
            bottleneck ? ResNet.Block.BOTTLENECK : ResNet.Block.BASIC,
            depths.size(),
            bottleneck ? shapes.ratio("layer1.0.conv1.weight", inner, width) : 1,
            ConvCut.standard().fitting(width));
    return new RecognisedModel(net, new Size(width, depths));
  }

  private static ResNet.Stem stem(TensorShapes shapes) {
    int kernel = shapes.size(STEM, 2, 4);
    return Stream.of(ResNet.Stem.values())
        .filter(stem -> stem.kernel == kernel)
        .findFirst()
        .orElseThrow(
            () -> shapes.unlike("%s: expected 3x3 or 7x7, found %d".formatted(STEM, kernel)));
  }

  private static final class Table {

    private final ResNet net;
    private final Size size;
    private final WeightTable weights;
    private final List<WeightType> statistics = new ArrayList<>();

    Table(ResNet net, Size size) {
      this.net = net;
      this.size = size;
      this.weights = new WeightTable(net.cut().width(), net.cut().otherTerms());
    }

    void stem() {
      int kernel = net.stem().kernel;
      weights.matrix(
          Group.ROOT,
          STEM,
          net.cut().otherTerms(),
          he((long) size.width() * kernel * kernel),
          weights.out(size.width()),
          Axis.fixed(Family.CHANNEL_AXIS, net.channels()),
          Axis.fixed("row", kernel),
          Axis.fixed("column", kernel));
      norm(Group.ROOT, "bn1", size.width());
    }

    void stage(int stage) {
      int depth = size.depths().get(stage);
      if (!net.changesShape(stage)) {
        blocks(stage, "{}", depth, net.features(size, stage), false);
        return;
      }
      blocks(stage, "{}", 1, net.incoming(size, stage), true);
      if (depth > 1) {
        blocks(stage, "{1}", depth - 1, net.features(size, stage), false);
      }
    }

    /** Blocks of one shape; {@code place} says which numbers they have. */
    private void blocks(int stage, String place, int depth, long incoming, boolean downsample) {
      Group group =
          new Group(
              "layer%s.%s.".formatted(stage + 1, place),
              net.cut().sharing() == ConvCut.Sharing.STAGE
                  ? "layer%s.".formatted(stage + 1)
                  : "layers.",
              Axis.layers(depth));
      long planes = net.planes(size, stage);
      long features = net.features(size, stage);
      switch (net.block()) {
        case BASIC -> {
          convolution(group, 1, planes, incoming, 3);
          convolution(group, 2, features, planes, 3);
        }
        case BOTTLENECK -> {
          long inner = planes * net.widening();
          convolution(group, 1, inner, incoming, 1);
          convolution(group, 2, inner, inner, 3);
          convolution(group, 3, features, inner, 1);
        }
      }
      if (downsample) {
        kernel(group, "downsample.0.weight", features, incoming, 1);
        norm(group, "downsample.1", features);
      }
    }

    void head() {
      long features = net.features(size, net.stages() - 1);
      weights.head("fc", net.classes(), features, Initial.byInputs(features));
    }

    private void convolution(Group group, int number, long out, long in, int side) {
      kernel(group, "conv" + number + ".weight", out, in, side);
      norm(group, "bn" + number, out);
    }

    private void kernel(Group group, String name, long out, long in, int side) {
      weights.matrix(
          group,
          name,
          side == 1 ? net.cut().pointTerms() : net.cut().kernelTerms(),
          he(out * side * side),
          weights.out(out),
          weights.in(in),
          Axis.fixed("row", side),
          Axis.fixed("column", side));
    }

    private void norm(Group group, String name, long features) {
      weights.norm(group, name, features);
      List<Axis> axes =
          Stream.concat(Stream.of(group.layers()), Stream.of(weights.out(features))).toList();
      String path = group.path() + name;
      statistics.add(statistic(path + BatchNorms.MEAN, WeightTable.ZERO, axes));
      statistics.add(statistic(path + BatchNorms.VARIANCE, WeightTable.ONE, axes));
    }

    private static WeightType statistic(String path, Initial initial, List<Axis> axes) {
      return new WeightType(path, path, 1, initial, false, axes);
    }

    private static Initial he(long outputs) {
      return new Initial.Normal(Math.sqrt(2.0 / outputs));
    }
  }
}
