package io.github.weit.models;

import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of a vision transformer's weight types. What starts small has timm's deviation of 0.02;
 * matrices and the patch embedding start as PyTorch's own layers do, by the number of their inputs.
 * For wide models this is what timm does (0.0208 at width 768); narrow ones learn faster from it
 * than from 0.02 (docs/method-notes.md).
 */
final class VitWeights {

  private static final Initial SMALL = new Initial.Normal(0.02);
  private static final Initial ZERO = new Initial.Constant(0);
  private static final Initial ONE = new Initial.Constant(1);

  private final Vit vit;
  private final long depth;
  private final long width;
  private final long hidden;
  private final List<WeightType> types = new ArrayList<>();

  private VitWeights(Vit vit, Size size) {
    this.vit = vit;
    this.depth = size.depth();
    this.width = size.width();
    this.hidden = (long) vit.mlpRatio() * size.width();
  }

  static List<WeightType> of(Vit vit, Size size) {
    VitWeights table = new VitWeights(vit, size);
    table.embeddings();
    table.blocks();
    table.head();
    return List.copyOf(table.types);
  }

  private void embeddings() {
    int other = vit.cut().otherTerms();
    if (vit.pooling() == Vit.Pooling.CLASS_TOKEN) {
      add(
          "cls_token",
          other,
          SMALL,
          false,
          Axis.fixed("batch", 1),
          Axis.fixed("token", 1),
          out(width));
    }
    add(
        "pos_embed",
        other,
        SMALL,
        false,
        Axis.fixed("batch", 1),
        Axis.fixed("token", vit.tokens()),
        out(width));
    long pixels = (long) vit.channels() * vit.patch() * vit.patch();
    add(
        "patch_embed.proj.weight",
        vit.cut().attentionTerms(),
        byInputs(pixels),
        true,
        out(width),
        Axis.fixed("channel", vit.channels()),
        Axis.fixed("row", vit.patch()),
        Axis.fixed("column", vit.patch()));
    vector("patch_embed.proj.bias", ZERO, out(width));
  }

  private void blocks() {
    int attention = vit.cut().attentionTerms();
    int mlp = vit.cut().mlpTerms();
    Axis layers = Axis.layers(depth);
    Axis kinds = Axis.group("kind", 3); // q, k, v
    norm("blocks.{}.norm1", layers, out(width));
    add(
        "blocks.{}.attn.qkv.weight",
        attention,
        byInputs(width),
        true,
        layers,
        kinds,
        out(width),
        in(width));
    vector("blocks.{}.attn.qkv.bias", ZERO, layers, kinds, out(width));
    add(
        "blocks.{}.attn.proj.weight",
        attention,
        byInputs(width),
        true,
        layers,
        out(width),
        in(width));
    vector("blocks.{}.attn.proj.bias", ZERO, layers, out(width));
    norm("blocks.{}.norm2", layers, out(width));
    add("blocks.{}.mlp.fc1.weight", mlp, byInputs(width), true, layers, out(hidden), in(width));
    vector("blocks.{}.mlp.fc1.bias", ZERO, layers, out(hidden));
    add("blocks.{}.mlp.fc2.weight", mlp, byInputs(hidden), true, layers, out(width), in(hidden));
    vector("blocks.{}.mlp.fc2.bias", ZERO, layers, out(width));
  }

  private void head() {
    norm(vit.pooling() == Vit.Pooling.CLASS_TOKEN ? "norm" : "fc_norm", out(width));
    add(
        "head.weight",
        vit.cut().otherTerms(),
        SMALL,
        true,
        Axis.fixed("class", vit.classes()),
        in(width));
    add("head.bias", 1, ZERO, false, Axis.fixed("class", vit.classes()));
  }

  private void norm(String path, Axis... axes) {
    vector(path + ".weight", ONE, axes);
    vector(path + ".bias", ZERO, axes);
  }

  private void vector(String path, Initial initial, Axis... axes) {
    add(path, vit.cut().otherTerms(), initial, false, axes);
  }

  private void add(String path, int terms, Initial initial, boolean decayed, Axis... axes) {
    types.add(new WeightType(path, path, terms, initial, decayed, List.of(axes)));
  }

  /** As wide as PyTorch's uniform distribution within 1 / sqrt(inputs). */
  private static Initial byInputs(long inputs) {
    return new Initial.Normal(1 / Math.sqrt(3.0 * inputs));
  }

  private Axis out(long length) {
    return Axis.out("out", length, vit.cut().width());
  }

  private Axis in(long length) {
    return Axis.in("in", length, vit.cut().width());
  }
}
