package io.github.weit.onnx;

import static io.github.weit.onnx.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.onnx.OnnxGraph.Value;
import java.util.List;

/** The vision transformer as operators, see {@link Vit}. T is the number of tokens, D the width. */
record VitGraph(Vit vit) implements FamilyGraph {

  private static final double EPSILON = 1e-6;

  @Override
  public Value logits(OnnxGraph graph, Size size, Value images) {
    Value x = embed(graph, size, images); // (batch, T, D)
    for (int layer = 0; layer < size.depth(); layer++) {
      Block block = new Block(graph, "blocks." + layer);
      Value attended = attention(block, size, block.norm("norm1", x));
      x = block.node("attn", "Add", x, attended);
      Value hidden = block.dense("mlp.fc1", block.norm("norm2", x));
      x = block.node("mlp", "Add", x, block.dense("mlp.fc2", gelu(block, hidden)));
    }
    Value pooled = pool(graph, x); // (batch, D)
    return graph.node(
        "head",
        "Gemm",
        List.of(pooled, graph.weight("head.weight"), graph.weight("head.bias")),
        attribute("transB", 1));
  }

  private Value embed(OnnxGraph graph, Size size, Value images) {
    String place = "patch_embed";
    long[] square = {vit.patch(), vit.patch()};
    Value patches =
        graph.node(
            place + ".proj",
            "Conv",
            List.of(
                images,
                graph.weight("patch_embed.proj.weight"),
                graph.weight("patch_embed.proj.bias")),
            attribute("kernel_shape", square),
            attribute("strides", square)); // (batch, D, side, side)
    Value shape = graph.integers(place + "/shape", 0, size.width(), -1);
    Value rows = graph.node(place, "Reshape", List.of(patches, shape)); // (batch, D, patches)
    Value x = graph.node(place, "Transpose", List.of(rows), permutation(0, 2, 1));
    if (vit.pooling() == Vit.Pooling.CLASS_TOKEN) {
      x = graph.node("cls_token", "Concat", List.of(token(graph, size, images), x), axis(1));
    }
    return graph.node("pos_embed", "Add", List.of(x, graph.weight("pos_embed")));
  }

  /** The class token for every image, (batch, 1, D). */
  private static Value token(OnnxGraph graph, Size size, Value images) {
    String place = "cls_token";
    Value batch =
        graph.node(place, "Shape", List.of(images), attribute("start", 0), attribute("end", 1));
    Value each = graph.integers(place + "/each", 1, size.width());
    Value shape = graph.node(place + "/shape", "Concat", List.of(batch, each), axis(0));
    return graph.node(place, "Expand", List.of(graph.weight("cls_token"), shape));
  }

  private Value attention(Block block, Size size, Value x) {
    long heads = size.width() / vit.headSize();
    List<Value> qkv =
        block.graph.nodes(
            block.at("attn.qkv"), "Split", 3, List.of(block.dense("attn.qkv", x)), axis(2));
    Value split =
        block.graph.integers(
            block.at("attn/heads"), 0, vit.tokens(), heads, vit.headSize()); // 0: as it was
    Value q = block.heads("attn.q", qkv.get(0), split, 0, 2, 1, 3); // (batch, heads, T, size)
    Value k = block.heads("attn.k", qkv.get(1), split, 0, 2, 3, 1); // (batch, heads, size, T)
    Value v = block.heads("attn.v", qkv.get(2), split, 0, 2, 1, 3);
    Value scale = block.graph.scalar(block.at("attn/scale"), 1 / Math.sqrt(vit.headSize()));
    Value scores = block.node("attn.scores", "MatMul", block.node("attn.q", "Mul", q, scale), k);
    Value shares =
        block.graph.node(block.at("attn"), "Softmax", List.of(scores), axis(-1)); // (.., T, T)
    Value mixed = block.node("attn", "MatMul", shares, v); // (batch, heads, T, size)
    Value tokens =
        block.graph.node(block.at("attn"), "Transpose", List.of(mixed), permutation(0, 2, 1, 3));
    Value joined = block.graph.integers(block.at("attn/joined"), 0, vit.tokens(), size.width());
    return block.dense("attn.proj", block.node("attn", "Reshape", tokens, joined));
  }

  /** The exact form, x (1 + erf(x / sqrt(2))) / 2: as an operator of its own it needs opset 20. */
  private static Value gelu(Block block, Value x) {
    Value root = block.graph.scalar(block.at("mlp.act/sqrt2"), Math.sqrt(2));
    Value one = block.graph.scalar(block.at("mlp.act/one"), 1);
    Value half = block.graph.scalar(block.at("mlp.act/half"), 0.5);
    Value erf = block.node("mlp.act", "Erf", block.node("mlp.act", "Div", x, root));
    Value product = block.node("mlp.act", "Mul", x, block.node("mlp.act", "Add", erf, one));
    return block.node("mlp.act", "Mul", product, half);
  }

  private Value pool(OnnxGraph graph, Value x) {
    Block root = new Block(graph, "");
    return switch (vit.pooling()) {
      case CLASS_TOKEN -> {
        Value first = graph.integers("pool/first", 0);
        Value token = graph.node("pool", "Gather", List.of(x, first), axis(1)); // (batch, 1, D)
        yield root.norm("norm", graph.node("pool", "Flatten", List.of(token), axis(1)));
      }
      case MEAN ->
          root.norm(
              "fc_norm",
              graph.node(
                  "pool",
                  "ReduceMean",
                  List.of(x),
                  attribute("axes", new long[] {1}),
                  attribute("keepdims", 0)));
    };
  }

  private static AttributeProto axis(long value) {
    return attribute("axis", value);
  }

  private static AttributeProto permutation(long... axes) {
    return attribute("perm", axes);
  }

  /** Weights under a common prefix, and the layers that are made of them. */
  private record Block(OnnxGraph graph, String prefix) {

    String at(String name) {
      return prefix.isEmpty() ? name : prefix + "." + name;
    }

    Value node(String name, String operator, Value... inputs) {
      return graph.node(at(name), operator, List.of(inputs));
    }

    /** y = x W^T + b; whoever runs the graph transposes the constant W once. */
    Value dense(String name, Value x) {
      Value weight = graph.weight(at(name) + ".weight"); // (out, in)
      Value transposed =
          graph.node(at(name) + ".weight", "Transpose", List.of(weight), permutation(1, 0));
      Value product = node(name, "MatMul", x, transposed);
      return node(name, "Add", product, graph.weight(at(name) + ".bias"));
    }

    Value norm(String name, Value x) {
      return graph.node(
          at(name),
          "LayerNormalization",
          List.of(x, graph.weight(at(name) + ".weight"), graph.weight(at(name) + ".bias")),
          axis(-1),
          attribute("epsilon", EPSILON));
    }

    /** Features of all heads taken apart, and brought into the order that a product needs. */
    Value heads(String name, Value x, Value split, long... order) {
      return graph.node(
          at(name), "Transpose", List.of(node(name, "Reshape", x, split)), permutation(order));
    }
  }
}
