package io.github.weit.models;

import io.github.weit.models.Ledger.Line;
import io.github.weit.models.Ledger.Part;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a vision transformer: what {@link Vit#forward} does, line by line. */
final class VitLedger {

  /**
   * What the forward pass may leave undone; {@link #CURRENT} is what it does as the code stands.
   *
   * @param fusedAttention attention keeps neither the scaled q, nor the scores beside their
   *     softmax, nor the mixed heads in two orders
   * @param classTokenAlone with a class token, the last block asks, projects and computes the MLP
   *     for that token alone, as the head reads nothing else
   */
  record Form(boolean fusedAttention, boolean classTokenAlone) {

    static final Form CURRENT = new Form(false, false);
  }

  private final Vit vit;
  private final Form form;
  private final long width;
  private final long tokens;

  private VitLedger(Vit vit, Size size, Form form) {
    this.vit = vit;
    this.form = form;
    this.width = size.width();
    this.tokens = vit.tokens();
  }

  static Ledger of(Vit vit, Size size) {
    return of(vit, size, Form.CURRENT);
  }

  static Ledger of(Vit vit, Size size, Form form) {
    VitLedger ledger = new VitLedger(vit, size, form);
    boolean alone = form.classTokenAlone() && vit.pooling() == Vit.Pooling.CLASS_TOKEN;
    int whole = alone ? size.depth() - 1 : size.depth();
    List<Part> parts = new ArrayList<>();
    parts.add(ledger.embedding());
    if (whole > 0) {
      parts.add(ledger.block("blocks", whole, ledger.tokens));
    }
    if (alone) {
      parts.add(ledger.block("last block", 1, 1));
    }
    parts.add(ledger.head());
    return new Ledger(parts);
  }

  private Part embedding() {
    long side = vit.imageSize() / vit.patch();
    long pixels = (long) vit.channels() * vit.patch() * vit.patch();
    long patches = side * side * width;
    long x = tokens * width;
    long weights = (pixels + 1) * width;
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("patch_embed.proj", weights, patches * pixels, 0, patches, x + 2 * patches));
    if (vit.pooling() == Vit.Pooling.CLASS_TOKEN) {
      lines.add(new Line("cls_token", width, 0, 0, x, 2 * x));
    }
    lines.add(new Line("pos_embed", x, 0, x, 0, x));
    return new Part("embedding", 1, lines);
  }

  /** A block in which {@code queries} of the tokens ask and go on to the MLP, and all answer. */
  private Part block(String name, long times, long queries) {
    List<Line> lines = new ArrayList<>(attention(queries));
    lines.addAll(mlp(queries));
    return new Part(name, times, lines);
  }

  /**
   * The engine multiplies matrices whose heads follow one another, so it copies q, k and v, and
   * what is mixed once more for the projection.
   */
  private List<Line> attention(long queries) {
    long d = width;
    long x = tokens * d;
    long y = queries * d;
    long products = queries * tokens * d;
    long scores = queries * tokens * (d / vit.headSize());
    long dense = d * (d + 1);
    long unfused = form.fusedAttention() ? 0 : 1;
    return List.of(
        new Line("norm1", 2 * d, 0, x + 2 * tokens, 0, 3 * x),
        new Line("attn.qkv", 3 * dense, d * (2 * x + y), 0, 2 * x + y, 7 * x + y),
        new Line("attn: q, k, v", 0, 0, 2 * x + y, unfused * y, 5 * x + 2 * y),
        new Line("attn: scores", 0, products, 0, unfused * scores, scores + 4 * x),
        new Line("attn: softmax", 0, 0, scores, 0, 2 * scores + x + y),
        new Line("attn: mixed", 0, products, y, unfused * y, scores + x + 3 * y),
        new Line("attn.proj", dense, d * y, 0, y, 2 * y),
        new Line("attn: sum", 0, 0, y, 0, y));
  }

  private List<Line> mlp(long queries) {
    long d = width;
    long y = queries * d;
    long ratio = vit.mlpRatio();
    long hidden = ratio * y;
    return List.of(
        new Line("norm2", 2 * d, 0, y + 2 * queries, 0, 3 * y),
        new Line("mlp.fc1", ratio * d * (d + 1), d * hidden, hidden, 0, hidden + 2 * y),
        new Line("mlp: gelu", 0, 0, hidden, 0, 2 * hidden + y),
        new Line("mlp.fc2", d * (ratio * d + 1), d * hidden, 0, y, hidden + y),
        new Line("mlp: sum", 0, 0, y, 0, y));
  }

  private Part head() {
    long d = width;
    long classes = vit.classes();
    return new Part(
        "head",
        1,
        List.of(
            new Line("norm", 2 * d, 0, d + 2, d, tokens * d + 2 * d),
            new Line("head", classes * (d + 1), classes * d, 0, classes, classes + d)));
  }
}
