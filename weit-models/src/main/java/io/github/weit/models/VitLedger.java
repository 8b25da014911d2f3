package io.github.weit.models;

import io.github.weit.models.Ledger.Line;
import io.github.weit.models.Ledger.Part;
import io.github.weit.models.Ledger.Widths;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a vision transformer: what {@link Vit#forward} does, line by line. */
final class VitLedger {

  private final Vit vit;
  private final Widths widths;
  private final long width;
  private final long tokens;

  private VitLedger(Vit vit, Size size, Widths widths) {
    this.vit = vit;
    this.widths = widths;
    this.width = size.width();
    this.tokens = vit.tokens();
  }

  static Ledger of(Vit vit, Size size, Widths widths) {
    VitLedger ledger = new VitLedger(vit, size, widths);
    boolean token = vit.pooling() == Vit.Pooling.CLASS_TOKEN;
    int whole = token ? size.depth() - 1 : size.depth();
    List<Part> parts = new ArrayList<>();
    parts.add(ledger.embedding());
    if (whole > 0) {
      parts.add(ledger.block("blocks", whole, ledger.tokens));
    }
    if (token) {
      parts.add(ledger.block("last block", 1, 1));
    }
    parts.add(ledger.head());
    return new Ledger(parts);
  }

  private Part embedding() {
    long side = vit.imageSize() / vit.patch();
    long pixels = (long) vit.channels() * vit.patch() * vit.patch();
    long weights = (pixels + 1) * width;
    long macs = side * side * width * pixels;
    long patches = widths.wide(side * side * width);
    long x = widths.wide(tokens * width);
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("patch_embed.proj", weights, 0, macs, 0, patches, x + 2 * patches));
    if (vit.pooling() == Vit.Pooling.CLASS_TOKEN) {
      lines.add(new Line("cls_token", width, 0, 0, 0, x, 2 * x));
    }
    lines.add(new Line("pos_embed", tokens * width, 0, 0, x, 0, x));
    return new Part("embedding", 1, lines);
  }

  /**
   * A block in which {@code queries} of the tokens ask and go on to the MLP, and all answer: in the
   * last one only the class token asks, if there is one.
   */
  private Part block(String name, long times, long queries) {
    long d = width;
    long x = tokens * d;
    long y = queries * d;
    long qkv = 2 * x + y;
    long weights = d * d;
    long wideX = widths.wide(x);
    long wideY = widths.wide(y);
    List<Line> lines = new ArrayList<>();
    lines.add(norm("norm1", tokens));
    lines.add(
        new Line(
            "attn.qkv",
            3 * (weights + d),
            widths.copied(3 * weights),
            d * qkv,
            widths.narrow() ? 0 : widths.inner(qkv),
            widths.narrow() ? widths.inner(qkv) : 0,
            widths.inner(qkv) + 2 * wideX));
    lines.addAll(widths.narrow() ? attentionApart(queries) : attentionFused(queries));
    long proj = widths.inner(y) + widths.beside(y);
    lines.add(
        new Line("attn.proj", weights + d, widths.copied(weights), d * y, 0, proj, proj + wideY));
    lines.add(new Line("attn: sum", 0, 0, 0, wideY, 0, wideY));
    lines.addAll(mlp(queries));
    return new Part(name, times, lines);
  }

  /** Layer norm, its statistics, and its result as the following product reads it. */
  private Line norm(String name, long places) {
    long x = places * width;
    long saved = widths.wide(2 * places) + widths.inner(x);
    return new Line(name, 2 * width, 0, 0, saved, widths.beside(x), 3 * widths.wide(x));
  }

  /** Flash attention: it reads heads where they lie, and keeps a logarithm of a sum per query. */
  private List<Line> attentionFused(long queries) {
    long x = widths.wide(tokens * width);
    long y = widths.wide(queries * width);
    long sums = widths.wide(queries * (width / vit.headSize()));
    long macs = 2 * queries * tokens * width;
    return List.of(new Line("attn: mixed", 0, 0, macs, y + sums, 0, 4 * x + 3 * y));
  }

  /**
   * Two products and a softmax. The engine multiplies matrices whose heads follow one another, so
   * it copies q, k and v, and what is mixed once more for the projection.
   */
  private List<Line> attentionApart(long queries) {
    long x = widths.inner(tokens * width);
    long y = widths.inner(queries * width);
    long products = queries * tokens * width;
    long scores = widths.inner(queries * tokens * (width / vit.headSize()));
    return List.of(
        new Line("attn: scores", 0, 0, products, x + y, 0, scores + 4 * x),
        new Line("attn: softmax", 0, 0, 0, scores, 0, 2 * scores + x + y),
        new Line("attn: mixed", 0, 0, products, x + y, y, scores + x + 3 * y));
  }

  private List<Line> mlp(long queries) {
    long d = width;
    long y = queries * d;
    long ratio = vit.mlpRatio();
    long weights = ratio * d * d;
    long copied = widths.copied(weights);
    long macs = queries * weights;
    long wide = widths.wide(y);
    long hidden = widths.inner(ratio * y);
    long out = widths.inner(y) + widths.beside(y);
    return List.of(
        norm("norm2", queries),
        new Line("mlp.fc1", weights + ratio * d, copied, macs, hidden, 0, hidden + 2 * wide),
        new Line("mlp: gelu", 0, 0, 0, hidden, 0, 2 * hidden + wide),
        new Line("mlp.fc2", weights + d, copied, macs, 0, out, hidden + out + wide),
        new Line("mlp: sum", 0, 0, 0, wide, 0, wide));
  }

  private Part head() {
    long d = width;
    long classes = vit.classes();
    long pooled = widths.wide(d);
    long logits = widths.wide(classes);
    long tokensBack = widths.wide(tokens * d);
    return new Part(
        "head",
        1,
        List.of(
            new Line("norm", 2 * d, 0, 0, pooled, pooled, tokensBack + 2 * pooled),
            new Line("head", classes * (d + 1), 0, classes * d, 0, logits, logits + pooled)));
  }
}
