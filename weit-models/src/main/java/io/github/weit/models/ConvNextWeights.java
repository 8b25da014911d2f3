package io.github.weit.models;

import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import io.github.weit.models.WeightTable.Group;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The table of a ConvNeXt's weight types. Kernels and matrices start by the number of their inputs,
 * as PyTorch's own layers do, the head with timm's 0.02, gammas with the paper's 1e-6.
 */
final class ConvNextWeights {

  static final int MLP_RATIO = 4;

  /** A tensor that says whose weights a file holds. */
  static final String STEM = "stem.0.weight";

  private static final Initial GAMMA = new Initial.Constant(1e-6);

  private final ConvCut cut;
  private final WeightTable table;

  private ConvNextWeights(ConvNext net) {
    this.cut = net.cut();
    this.table = new WeightTable(cut.width(), cut.otherTerms());
  }

  static List<WeightType> of(ConvNext net, Size size) {
    ConvNextWeights weights = new ConvNextWeights(net);
    long width = size.width();
    weights.stem(net, width);
    for (int stage = 0; stage < net.stages(); stage++) {
      if (net.downsamples(stage)) {
        weights.downsample(stage, stage == 0 ? width : width << (stage - 1), width << stage);
      }
      weights.blocks(stage, size.depths().get(stage), width << stage);
    }
    weights.head(net, width << (net.stages() - 1));
    return weights.table.types();
  }

  /** The model whose weights have these names and shapes. */
  static RecognisedModel recognise(TensorShapes shapes, RecognisedModel.Unsaid unsaid) {
    int width = shapes.size(STEM, 0, 4);
    List<Integer> depths =
        IntStream.range(0, shapes.count("stages."))
            .mapToObj(stage -> shapes.count("stages." + stage + ".blocks."))
            .toList();
    int patch = shapes.size(STEM, 2, 4);
    ConvNext net =
        new ConvNext(
            unsaid.imageSize().orElse(patch == 4 ? 224 : 32),
            shapes.size(STEM, 1, 4),
            shapes.classes("head.fc.weight", unsaid),
            patch,
            depths.size(),
            ConvCut.standard().fitting(width));
    return new RecognisedModel(net, new Size(width, depths));
  }

  private void stem(ConvNext net, long width) {
    Axis channels = Axis.fixed(Family.CHANNEL_AXIS, net.channels());
    table.convolution(Group.ROOT, "stem.0", cut.otherTerms(), width, channels, net.patch());
    table.norm(Group.ROOT, "stem.1", width);
  }

  /** Once in a stage; a layer axis of 1 lets it share templates and start as what is repeated. */
  private void downsample(int stage, long in, long out) {
    Group group = group(stage, "stages.{%s}.downsample.".formatted(stage), "downsample.", 1);
    table.norm(group, "0", in);
    table.convolution(group, "1", cut.kernelTerms(), out, table.in(in), 2);
  }

  private void blocks(int stage, int depth, long width) {
    Group group = group(stage, "stages.%s.blocks.{}.".formatted(stage), "blocks.", depth);
    table.vector(group, "gamma", GAMMA, table.out(width));
    Axis own = Axis.fixed("in", 1); // each feature reads itself alone
    table.convolution(group, "conv_dw", cut.kernelTerms(), width, own, ConvNext.KERNEL);
    table.norm(group, "norm", width);
    table.dense(group, "mlp.fc1", cut.pointTerms(), MLP_RATIO * width, width);
    table.dense(group, "mlp.fc2", cut.pointTerms(), width, MLP_RATIO * width);
  }

  private Group group(int stage, String path, String kind, long layers) {
    String place = cut.sharing() == ConvCut.Sharing.STAGE ? "stages." + stage + "." : "stages.";
    return new Group(path, place + kind, Axis.layers(layers));
  }

  private void head(ConvNext net, long width) {
    table.norm(Group.ROOT, "head.norm", width);
    table.head("head.fc", net.classes(), width, WeightTable.SMALL);
  }
}
