package io.github.weit.onnx;

import static io.github.weit.onnx.OnnxGraph.attribute;

import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.onnx.OnnxGraph.Value;
import java.util.List;

/** The vision transformer as operators, see {@link Vit}. T is the number of tokens, D the width. */
record VitGraph(Vit vit) implements FamilyGraph {

  @Override
  public Value logits(OnnxGraph graph, Size size, Value images) {
    Value x = embed(graph, size, images); // (batch, T, D)
    for (int layer = 0; layer < size.depth(); layer++) {
      Block block = new Block(graph, "blocks." + layer);
      Value attended = attention(block, size, block.norm("norm1", x));
      x = block.node("attn", "Add", x, attended);
      Value hidden = block.dense("mlp.fc1", block.norm("norm2", x));
      x = block.node("mlp", "Add", x, block.dense("mlp.fc2", block.gelu("mlp.act", hidden)));
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
    Value x =
        graph.node(place, "Transpose", List.of(rows), attribute("perm", new long[] {0, 2, 1}));
    if (vit.pooling() == Vit.Pooling.CLASS_TOKEN) {
      x =
          graph.node(
              "cls_token", "Concat", List.of(token(graph, size, images), x), attribute("axis", 1));
    }
    return graph.node("pos_embed", "Add", List.of(x, graph.weight("pos_embed")));
  }

  /** The class token for every image, (batch, 1, D). */
  private static Value token(OnnxGraph graph, Size size, Value images) {
    String place = "cls_token";
    Value batch =
        graph.node(place, "Shape", List.of(images), attribute("start", 0), attribute("end", 1));
    Value each = graph.integers(place + "/each", 1, size.width());
    Value shape =
        graph.node(place + "/shape", "Concat", List.of(batch, each), attribute("axis", 0));
    return graph.node(place, "Expand", List.of(graph.weight("cls_token"), shape));
  }

  private Value attention(Block block, Size size, Value x) {
    long heads = size.width() / vit.headSize();
    List<Value> qkv =
        block
            .graph()
            .nodes(
                block.at("attn.qkv"),
                "Split",
                3,
                List.of(block.dense("attn.qkv", x)),
                attribute("axis", 2));
    Value split =
        block
            .graph()
            .integers(
                block.at("attn/heads"), 0, vit.tokens(), heads, vit.headSize()); // 0: as it was
    Value q = heads(block, "attn.q", qkv.get(0), split, 0, 2, 1, 3); // (batch, heads, T, size)
    Value k = heads(block, "attn.k", qkv.get(1), split, 0, 2, 3, 1); // (batch, heads, size, T)
    Value v = heads(block, "attn.v", qkv.get(2), split, 0, 2, 1, 3);
    Value scale = block.graph().scalar(block.at("attn/scale"), 1 / Math.sqrt(vit.headSize()));
    Value scores = block.node("attn.scores", "MatMul", block.node("attn.q", "Mul", q, scale), k);
    Value shares =
        block
            .graph()
            .node(
                block.at("attn"), "Softmax", List.of(scores), attribute("axis", -1)); // (.., T, T)
    Value mixed = block.node("attn", "MatMul", shares, v); // (batch, heads, T, size)
    Value tokens =
        block
            .graph()
            .node(
                block.at("attn"),
                "Transpose",
                List.of(mixed),
                attribute("perm", new long[] {0, 2, 1, 3}));
    Value joined = block.graph().integers(block.at("attn/joined"), 0, vit.tokens(), size.width());
    return block.dense("attn.proj", block.node("attn", "Reshape", tokens, joined));
  }

  private Value pool(OnnxGraph graph, Value x) {
    Block root = new Block(graph, "");
    return switch (vit.pooling()) {
      case CLASS_TOKEN -> {
        Value first = graph.integers("pool/first", 0);
        Value token =
            graph.node("pool", "Gather", List.of(x, first), attribute("axis", 1)); // (batch, 1, D)
        yield root.norm(
            "norm", graph.node("pool", "Flatten", List.of(token), attribute("axis", 1)));
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

  /** Features of all heads taken apart, and brought into the order that a product needs. */
  private static Value heads(Block block, String name, Value x, Value split, long... order) {
    return block.transpose(name, block.node(name, "Reshape", x, split), order);
  }
}
