package io.github.weit.models;

import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import io.github.weit.models.WeightTable.Group;
import java.util.List;
import java.util.Optional;

/**
 * The table of a vision transformer's weight types. What starts small has timm's deviation of 0.02;
 * matrices and the patch embedding start as PyTorch's own layers do, by the number of their inputs.
 * For wide models this is what timm does (0.0208 at width 768); narrow ones learn faster from it
 * than from 0.02 (docs/method-history.md).
 */
final class VitWeights {

  /** A tensor that says whose weights a file holds. */
  static final String PATCHES = "patch_embed.proj.weight";

  private static final String CLASS_TOKEN = "cls_token";

  private final Vit vit;
  private final long depth;
  private final long width;
  private final long hidden;
  private final WeightTable table;

  private VitWeights(Vit vit, Size size) {
    this.vit = vit;
    this.depth = size.depth();
    this.width = size.width();
    this.hidden = (long) vit.mlpRatio() * size.width();
    this.table = new WeightTable(vit.cut().width(), vit.cut().otherTerms());
  }

  static List<WeightType> of(Vit vit, Size size) {
    VitWeights weights = new VitWeights(vit, size);
    weights.embeddings();
    weights.blocks();
    weights.head();
    return weights.table.types();
  }

  private void embeddings() {
    Axis out = table.out(width);
    Axis batch = Axis.fixed("batch", 1);
    if (vit.pooling() == Vit.Pooling.CLASS_TOKEN) {
      Axis token = Axis.fixed(Family.TOKEN_AXIS, 1);
      table.vector(Group.ROOT, CLASS_TOKEN, WeightTable.SMALL, batch, token, out);
    }
    Axis tokens = Axis.fixed(Family.TOKEN_AXIS, vit.tokens());
    table.vector(Group.ROOT, "pos_embed", WeightTable.SMALL, batch, tokens, out);
    Axis channels = Axis.fixed(Family.CHANNEL_AXIS, vit.channels());
    int terms = vit.cut().attentionTerms();
    table.convolution(Group.ROOT, "patch_embed.proj", terms, width, channels, vit.patch());
  }

  private void blocks() {
    Group group = new Group("blocks.{}.", "blocks.{}.", Axis.layers(depth));
    int attention = vit.cut().attentionTerms();
    int mlp = vit.cut().mlpTerms();
    Axis kinds = Axis.group("kind", 3); // q, k, v
    Axis out = table.out(width);
    Initial initial = Initial.byInputs(width);
    table.norm(group, "norm1", width);
    table.matrix(group, "attn.qkv.weight", attention, initial, kinds, out, table.in(width));
    table.vector(group, "attn.qkv.bias", WeightTable.ZERO, kinds, out);
    table.dense(group, "attn.proj", attention, width, width);
    table.norm(group, "norm2", width);
    table.dense(group, "mlp.fc1", mlp, hidden, width);
    table.dense(group, "mlp.fc2", mlp, width, hidden);
  }

  private void head() {
    boolean token = vit.pooling() == Vit.Pooling.CLASS_TOKEN;
    table.norm(Group.ROOT, token ? "norm" : "fc_norm", width);
    table.head("head", vit.classes(), width, WeightTable.SMALL);
  }

  /** The model whose weights have these names and shapes. */
  static RecognisedModel recognise(TensorShapes shapes, RecognisedModel.Unsaid unsaid) {
    int width = shapes.size(PATCHES, 0, 4);
    Optional<Integer> headSize =
        unsaid
            .headSize()
            .or(() -> unsaid.heads().map(heads -> shapes.ratio("its width", width, heads)));
    Size size = new Size(width, shapes.count("blocks."));
    Vit vit = recognise(shapes, size, headSize.orElse(width), unsaid);
    if (headSize.isEmpty()) {
      throw shapes.unlike(
          strangers(shapes, vit, size)
              .orElse(
                  "features per attention head stand in no shape, of its %d (64 in timm's tiny, small, base and large); they must be given (RecognisedModel.Unsaid.headSize)"
                      .formatted(width)));
    }
    return new RecognisedModel(vit, size);
  }

  private static Vit recognise(
      TensorShapes shapes, Size size, int headSize, RecognisedModel.Unsaid unsaid) {
    int width = size.width();
    int patch = shapes.size(PATCHES, 2, 4);
    boolean token = shapes.has(CLASS_TOKEN);
    int patches = shapes.size("pos_embed", 1, 3) - (token ? 1 : 0);
    int side = (int) Math.round(Math.sqrt(patches));
    int hidden = shapes.size("blocks.0.mlp.fc1.weight", 0, 2);
    Vit vit =
        new Vit(
            Math.max(1, side) * patch,
            shapes.size(PATCHES, 1, 4),
            patch,
            shapes.classes("head.weight", unsaid),
            headSize,
            shapes.ratio("blocks.0.mlp.fc1.weight", hidden, width),
            token ? Vit.Pooling.CLASS_TOKEN : Vit.Pooling.MEAN,
            TemplateCut.standard().fitting(headSize, width));
    if (side * side != patches || patches < 1) {
      throw shapes.unlike(
          strangers(shapes, vit, size)
              .orElse(
                  "pos_embed: expected a square of patches%s, found %d"
                      .formatted(token ? " beside the class token" : "", patches)));
    }
    return vit;
  }

  /** Tensors of another kind of transformer, which may be why nothing else is as expected. */
  private static Optional<String> strangers(TensorShapes shapes, Vit vit, Size size) {
    List<String> others = shapes.others(of(vit, size));
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of("vision transformers have no %s here".formatted(String.join(", ", others)));
  }
}
