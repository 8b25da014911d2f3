package io.github.weit.onnx;

import static io.github.weit.onnx.OnnxGraph.attribute;

import io.github.weit.onnx.OnnxGraph.Value;
import java.util.List;

/** Weights under a common prefix, and the layers of {@code (..., features)} made of them. */
record Block(OnnxGraph graph, String prefix) {

  private static final double EPSILON = 1e-6;

  String at(String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  Value weight(String name) {
    return graph.weight(at(name));
  }

  Value node(String name, String operator, Value... inputs) {
    return graph.node(at(name), operator, List.of(inputs));
  }

  Value transpose(String name, Value x, long... order) {
    return graph.node(at(name), "Transpose", List.of(x), attribute("perm", order));
  }

  /** y = x W^T + b; whoever runs the graph transposes the constant W once. */
  Value dense(String name, Value x) {
    Value transposed = transpose(name + ".weight", weight(name + ".weight"), 1, 0);
    return node(name, "Add", node(name, "MatMul", x, transposed), weight(name + ".bias"));
  }

  Value norm(String name, Value x) {
    return graph.node(
        at(name),
        "LayerNormalization",
        List.of(x, weight(name + ".weight"), weight(name + ".bias")),
        attribute("axis", -1),
        attribute("epsilon", EPSILON));
  }

  /** The exact form, x (1 + erf(x / sqrt(2))) / 2: as an operator of its own it needs opset 20. */
  Value gelu(String name, Value x) {
    Value root = graph.scalar(at(name + "/sqrt2"), Math.sqrt(2));
    Value one = graph.scalar(at(name + "/one"), 1);
    Value half = graph.scalar(at(name + "/half"), 0.5);
    Value erf = node(name, "Erf", node(name, "Div", x, root));
    return node(name, "Mul", node(name, "Mul", x, node(name, "Add", erf, one)), half);
  }
}
