package io.github.weit.onnx;

import static io.github.weit.onnx.OnnxGraph.attribute;

import io.github.weit.models.ConvNext;
import io.github.weit.models.Size;
import io.github.weit.onnx.OnnxGraph.Value;
import java.util.List;

/** ConvNeXt as operators, see {@link ConvNext}; channels come last but where it convolves. */
record ConvNextGraph(ConvNext net) implements FamilyGraph {

  @Override
  public Value logits(OnnxGraph graph, Size size, Value images) {
    Block root = new Block(graph, "");
    Value x = root.norm("stem.1", convolve(root, "stem.0", images, net.patch(), 0, 1));
    for (int stage = 0; stage < net.stages(); stage++) {
      String path = "stages." + stage;
      if (net.downsamples(stage)) {
        Block block = new Block(graph, path + ".downsample");
        x = convolve(block, "1", channelsFirst(block, "1", block.norm("0", x)), 2, 0, 1);
      }
      for (int i = 0; i < size.depths().get(stage); i++) {
        x = add(new Block(graph, path + ".blocks." + i), x, (long) size.width() << stage);
      }
    }
    Value pooled =
        graph.node(
            "head",
            "ReduceMean",
            List.of(x),
            attribute("axes", new long[] {1, 2}),
            attribute("keepdims", 0)); // (batch, features)
    return root.dense("head.fc", root.norm("head.norm", pooled));
  }

  private static Value add(Block block, Value x, long features) {
    Value spread = convolve(block, "conv_dw", channelsFirst(block, "conv_dw", x), 1, 3, features);
    Value hidden = block.dense("mlp.fc1", block.norm("norm", spread));
    Value branch = block.dense("mlp.fc2", block.gelu("mlp.act", hidden));
    return block.node("mlp", "Add", x, block.node("gamma", "Mul", branch, block.weight("gamma")));
  }

  private static Value channelsFirst(Block block, String name, Value x) {
    return block.transpose(name, x, 0, 3, 1, 2);
  }

  /** From channels first to channels last. */
  private static Value convolve(
      Block block, String name, Value x, long stride, long padding, long groups) {
    Value convolved =
        block
            .graph()
            .node(
                block.at(name),
                "Conv",
                List.of(x, block.weight(name + ".weight"), block.weight(name + ".bias")),
                attribute("strides", new long[] {stride, stride}),
                attribute("pads", new long[] {padding, padding, padding, padding}),
                attribute("group", groups));
    return block.transpose(name, convolved, 0, 2, 3, 1);
  }
}
