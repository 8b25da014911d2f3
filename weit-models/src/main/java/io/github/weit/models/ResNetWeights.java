package io.github.weit.models;

import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import java.util.ArrayList;
import java.util.List;

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

  private static final Initial ZERO = new Initial.Constant(0);
  private static final Initial ONE = new Initial.Constant(1);

  static ResNetWeights of(ResNet net, Size size) {
    Table table = new Table(net, size);
    table.stem();
    for (int stage = 0; stage < net.stages(); stage++) {
      table.stage(stage);
    }
    table.head();
    return new ResNetWeights(List.copyOf(table.weights), List.copyOf(table.statistics));
  }

  private static final class Table {

    private final ResNet net;
    private final Size size;
    private final List<WeightType> weights = new ArrayList<>();
    private final List<WeightType> statistics = new ArrayList<>();

    Table(ResNet net, Size size) {
      this.net = net;
      this.size = size;
    }

    void stem() {
      int kernel = net.stem().kernel;
      long inputs = (long) size.width() * kernel * kernel;
      add(
          "conv1.weight",
          "conv1.weight",
          net.cut().otherTerms(),
          he(inputs),
          true,
          out(size.width()),
          Axis.fixed("channel", net.channels()),
          Axis.fixed("row", kernel),
          Axis.fixed("column", kernel));
      norm("bn1", "bn1", out(size.width()));
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
              "layer%d.%s.".formatted(stage + 1, place),
              net.cut().sharing() == ConvCut.Sharing.STAGE
                  ? "layer%d.".formatted(stage + 1)
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
      int terms = net.cut().otherTerms();
      Initial byInputs = Initial.byInputs(features);
      Axis classes = Axis.fixed("class", net.classes());
      add("fc.weight", "fc.weight", terms, byInputs, true, classes, in(features));
      add("fc.bias", "fc.bias", 1, ZERO, false, classes);
    }

    /** What the blocks of a group have in common: paths, templates and number. */
    private record Group(String path, String template, Axis layers) {}

    private void convolution(Group group, int number, long out, long in, int side) {
      kernel(group, "conv" + number + ".weight", out, in, side);
      norm(group, "bn" + number, out);
    }

    private void kernel(Group group, String name, long out, long in, int side) {
      add(
          group.path() + name,
          group.template() + name,
          side == 1 ? net.cut().pointTerms() : net.cut().kernelTerms(),
          he(out * side * side),
          true,
          group.layers(),
          out(out),
          in(in),
          Axis.fixed("row", side),
          Axis.fixed("column", side));
    }

    private void norm(Group group, String name, long features) {
      norm(group.path() + name, group.template() + name, group.layers(), out(features));
    }

    private void norm(String path, String template, Axis... axes) {
      int terms = net.cut().otherTerms();
      add(path + ".weight", template + ".weight", terms, ONE, false, axes);
      add(path + ".bias", template + ".bias", terms, ZERO, false, axes);
      statistics.add(statistic(path + BatchNorms.MEAN, ZERO, axes));
      statistics.add(statistic(path + BatchNorms.VARIANCE, ONE, axes));
    }

    private static WeightType statistic(String path, Initial initial, Axis... axes) {
      return new WeightType(path, path, 1, initial, false, List.of(axes));
    }

    private void add(
        String path, String template, int terms, Initial initial, boolean decayed, Axis... axes) {
      weights.add(new WeightType(path, template, terms, initial, decayed, List.of(axes)));
    }

    private static Initial he(long outputs) {
      return new Initial.Normal(Math.sqrt(2.0 / outputs));
    }

    private Axis out(long length) {
      return Axis.out("out", length, net.cut().width());
    }

    private Axis in(long length) {
      return Axis.in("in", length, net.cut().width());
    }
  }
}
