package io.github.weit.onnx;

import static io.github.weit.onnx.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.onnx.OnnxGraph.Value;
import java.util.List;

/** The residual network as operators, see {@link ResNet}. */
record ResNetGraph(ResNet net) implements FamilyGraph {

  private static final double EPSILON = 1e-5;

  @Override
  public Value logits(OnnxGraph graph, Size size, Value images) {
    Layers root = new Layers(graph, "");
    Value x = stem(root, images);
    for (int stage = 0; stage < net.stages(); stage++) {
      for (int i = 0; i < size.depths().get(stage); i++) {
        Layers layers = new Layers(graph, "layer" + (stage + 1) + "." + i + ".");
        x = block(layers, x, i == 0 && stage > 0 ? 2 : 1);
      }
    }
    Value pooled = root.node("avgpool", "GlobalAveragePool", x); // (batch, features, 1, 1)
    return graph.node(
        "fc",
        "Gemm",
        List.of(
            graph.node("avgpool", "Flatten", List.of(pooled), attribute("axis", 1)),
            graph.weight("fc.weight"),
            graph.weight("fc.bias")),
        attribute("transB", 1));
  }

  private Value stem(Layers root, Value images) {
    return switch (net.stem()) {
      case CIFAR -> root.relu("bn1", root.convolveAndNorm("conv1", "bn1", images, 3, 1));
      case IMAGENET -> {
        Value x = root.relu("bn1", root.convolveAndNorm("conv1", "bn1", images, 7, 2));
        yield root.graph.node(
            "maxpool",
            "MaxPool",
            List.of(x),
            square("kernel_shape", 3),
            square("strides", 2),
            padding(1));
      }
    };
  }

  private Value block(Layers layers, Value x, int stride) {
    Value shortcut =
        layers.has("downsample.0.weight")
            ? layers.convolveAndNorm("downsample.0", "downsample.1", x, 1, stride)
            : x;
    Value branch =
        switch (net.block()) {
          case BASIC -> {
            Value y = layers.relu("bn1", layers.convolveAndNorm("conv1", "bn1", x, 3, stride));
            yield layers.convolveAndNorm("conv2", "bn2", y, 3, 1);
          }
          case BOTTLENECK -> {
            Value y = layers.relu("bn1", layers.convolveAndNorm("conv1", "bn1", x, 1, 1));
            y = layers.relu("bn2", layers.convolveAndNorm("conv2", "bn2", y, 3, stride));
            yield layers.convolveAndNorm("conv3", "bn3", y, 1, 1);
          }
        };
    return layers.relu("sum", layers.node("sum", "Add", shortcut, branch));
  }

  private static AttributeProto square(String name, long side) {
    return attribute(name, new long[] {side, side});
  }

  private static AttributeProto padding(long pixels) {
    return attribute("pads", new long[] {pixels, pixels, pixels, pixels});
  }

  /** Weights under a common prefix, and the layers that are made of them. */
  private record Layers(OnnxGraph graph, String prefix) {

    boolean has(String name) {
      return graph.hasWeight(prefix + name);
    }

    Value node(String name, String operator, Value... inputs) {
      return graph.node(prefix + name, operator, List.of(inputs));
    }

    Value relu(String name, Value x) {
      return node(name, "Relu", x);
    }

    /** Padded so that only the stride makes images smaller; batch norm with its statistics. */
    Value convolveAndNorm(String convolution, String norm, Value x, int side, int stride) {
      Value y =
          graph.node(
              prefix + convolution,
              "Conv",
              List.of(x, graph.weight(prefix + convolution + ".weight")),
              square("kernel_shape", side),
              square("strides", stride),
              padding(side / 2));
      return graph.node(
          prefix + norm,
          "BatchNormalization",
          List.of(
              y,
              graph.weight(prefix + norm + ".weight"),
              graph.weight(prefix + norm + ".bias"),
              graph.weight(prefix + norm + ".running_mean"),
              graph.weight(prefix + norm + ".running_var")),
          attribute("epsilon", EPSILON));
    }
  }
}
