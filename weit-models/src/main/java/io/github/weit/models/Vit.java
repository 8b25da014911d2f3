package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The vision transformer: pre-norm blocks, LayerNorm, exact GELU, learnt position embedding; class
 * token or mean pooling.
 *
 * <p>Papers: "An Image is Worth 16x16 Words" (arXiv 2010.11929), "Training data-efficient image
 * transformers" (DeiT, arXiv 2012.12877), stochastic depth (arXiv 1603.09382). Parameter paths and
 * shapes are timm's {@code VisionTransformer}, so weights load there as they are.
 *
 * @param imageSize height and width of an image in pixels
 * @param channels of an image
 * @param patch height and width of a patch in pixels
 * @param classes that the head tells apart
 * @param headSize features per attention head; heads are width / headSize
 * @param mlpRatio hidden features of the MLP, as a multiple of width
 * @param pooling what the head reads
 * @param cut how weights are cut into templates
 */
public record Vit(
    int imageSize,
    int channels,
    int patch,
    int classes,
    int headSize,
    int mlpRatio,
    Pooling pooling,
    TemplateCut cut)
    implements Family {

  static final String ID = "vit";

  /** What the head reads. */
  public enum Pooling {
    /**
     * A learnt token put before the patches (timm: {@code class_token=True, global_pool='token'}).
     */
    CLASS_TOKEN,
    /** The mean over patches (timm: {@code class_token=False, global_pool='avg'}). */
    MEAN
  }

  public Vit {
    if (channels < 1 || classes < 1 || headSize < 1 || mlpRatio < 1) {
      throw new WeitException(
          "vit: channels, classes, head size and MLP ratio must be at least 1, found %d, %d, %d, %d"
              .formatted(channels, classes, headSize, mlpRatio));
    }
    if (patch < 1 || imageSize < patch || imageSize % patch != 0) {
      throw new WeitException(
          "vit: the image size must be a multiple of the patch size, found %d and %d"
              .formatted(imageSize, patch));
    }
    if (headSize % cut.width() != 0 && cut.width() % headSize != 0) {
      throw new WeitException(
          "vit: head size and template width must divide one another so that no block straddles heads, found %d and %d"
              .formatted(headSize, cut.width()));
    }
  }

  /** For small images such as CIFAR's: 32x32 or 28x28 in patches of 4, heads of 32, class token. */
  public static Vit small(int imageSize, int channels, int classes) {
    return new Vit(
        imageSize, channels, 4, classes, 32, 4, Pooling.CLASS_TOKEN, TemplateCut.standard());
  }

  /**
   * A side of patches that leaves an image some 200 of them, as is usual: 4 for images up to 64
   * pixels wide, 8 up to 128, else 16; half of it, or a quarter, where only that divides them.
   */
  public static int usualPatch(int imageSize) {
    int most = imageSize > 128 ? 16 : imageSize > 64 ? 8 : 4;
    return IntStream.of(most, most / 2, most / 4)
        .filter(patch -> patch >= 4 && imageSize % patch == 0)
        .findFirst()
        .orElse(most);
  }

  /** DeiT's form: 224x224 RGB in patches of 16, heads of 64, class token. */
  public static Vit deit(int classes) {
    return new Vit(224, 3, 16, classes, 64, 4, Pooling.CLASS_TOKEN, new TemplateCut(64, 16, 32, 4));
  }

  public Vit withPooling(Pooling value) {
    return new Vit(imageSize, channels, patch, classes, headSize, mlpRatio, value, cut);
  }

  public Vit withCut(TemplateCut value) {
    return new Vit(imageSize, channels, patch, classes, headSize, mlpRatio, pooling, value);
  }

  @Override
  public Vit withImages(int size, int channelCount) {
    return new Vit(size, channelCount, patch, classes, headSize, mlpRatio, pooling, cut);
  }

  /**
   * Heads of another size together with templates that fit them: of the two widths one must divide
   * the other.
   *
   * @param size features per attention head
   */
  public Vit withHeads(int size, TemplateCut value) {
    return new Vit(imageSize, channels, patch, classes, size, mlpRatio, pooling, value);
  }

  public Vit withMlpRatio(int value) {
    return new Vit(imageSize, channels, patch, classes, headSize, value, pooling, cut);
  }

  public Vit withPatch(int value) {
    return new Vit(imageSize, channels, value, classes, headSize, mlpRatio, pooling, cut);
  }

  @Override
  public Vit withClasses(int value) {
    return new Vit(imageSize, channels, patch, value, headSize, mlpRatio, pooling, cut);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String models() {
    return "vision transformers";
  }

  @Override
  public Map<String, String> options() {
    return VitOptions.write(this);
  }

  @Override
  public Optional<LongTraining> longTraining() {
    return Optional.of(new LongTraining(withCut(cut.withManyTerms()), true, 16, 0.125));
  }

  @Override
  public Ledger ledger(Size size, Precision precision) {
    return VitLedger.of(this, size, new Ledger.Widths(precision));
  }

  @Override
  public Shape inputShape() {
    return new Shape(channels, imageSize, imageSize);
  }

  @Override
  public int stages() {
    return 1;
  }

  @Override
  public int widthStep() {
    return Math.max(headSize, cut.width()); // one divides the other
  }

  @Override
  public void requireLegal(Size size) {
    int step = widthStep();
    if (size.depths().size() != 1) {
      throw new WeitException(
          "vit: a size has one depth, found %s; for example %dx%d"
              .formatted(size, 3 * step, size.depth()));
    }
    size.requireWidthStep(
        ID, step, "head size %s, template width %s".formatted(headSize, cut.width()));
  }

  /** Tokens of a sequence: the patches, and the class token if there is one. */
  public int tokens() {
    int side = imageSize / patch;
    return Math.multiplyExact(side, side) + (pooling == Pooling.CLASS_TOKEN ? 1 : 0);
  }

  @Override
  public List<WeightType> weights(Size size) {
    requireLegal(size);
    return VitWeights.of(this, size);
  }

  @Override
  public Cost cost(Size size) {
    long parameters = weights(size).stream().mapToLong(WeightType::denseParameters).sum();
    long d = size.width();
    long t = tokens();
    long patches = (long) (imageSize / patch) * (imageSize / patch);
    long embedding = patches * d * channels * patch * patch;
    long projections = t * d * d * (4 + 2L * mlpRatio);
    long attention = 2 * t * t * d;
    return new Cost(parameters, embedding + size.depth() * (projections + attention) + d * classes);
  }

  @Override
  public NDArray forward(NamedArrays weights, Size size, NDArray images, Pass pass) {
    NDArray x = embed(weights, size, images); // (batch, tokens, D)
    for (int layer = 0; layer < size.depth(); layer++) {
      Layers block = new Layers(weights, "blocks." + layer + ".", pass.precision());
      double drop = StochasticDepth.probability(pass, layer, size.depth());
      NDArray normed = block.norm(x, "norm1");
      NDArray attended;
      if (pooling == Pooling.CLASS_TOKEN && layer == size.depth() - 1) {
        attended = attentionOfClassToken(block, size, normed);
        x = classToken(x, size); // (batch, D): nothing else is read from here on
      } else {
        attended = attention(block, size, normed);
      }
      x = x.add(StochasticDepth.drop(attended, drop, pass, 2L * layer));
      NDArray hidden = Ops.gelu(block.dense(block.norm(x, "norm2"), "mlp.fc1"));
      NDArray mixed = Ops.float32(block.dense(hidden, "mlp.fc2"));
      x = x.add(StochasticDepth.drop(mixed, drop, pass, 2L * layer + 1));
    }
    Layers root = new Layers(weights, "", Precision.FLOAT32);
    NDArray pooled =
        switch (pooling) {
          case CLASS_TOKEN -> root.norm(x, "norm"); // LayerNorm acts on each token alone
          case MEAN -> root.norm(x.mean(new int[] {1}), "fc_norm");
        };
    return root.dense(pooled, "head"); // (batch, classes)
  }

  private static NDArray classToken(NDArray x, Size size) {
    return x.get(":, 0:1").reshape(x.getShape().get(0), size.width());
  }

  private NDArray embed(NamedArrays weights, Size size, NDArray images) {
    requireInput(images, weights);
    long batch = images.getShape().get(0);
    NDArray patches =
        Ops.convolution(
            images,
            weights.get("patch_embed.proj.weight"),
            weights.get("patch_embed.proj.bias"),
            patch,
            0,
            1); // (batch, D, side, side)
    NDArray x = patches.reshape(batch, size.width(), -1).transpose(0, 2, 1); // (batch, patches, D)
    if (pooling == Pooling.CLASS_TOKEN) {
      NDArray token = weights.get("cls_token").broadcast(batch, 1, size.width());
      token.attach(x.getManager()); // what is made of it would belong to the weights' manager
      x = NDArrays.concat(new NDList(token, x), 1);
    }
    return x.add(weights.get("pos_embed"));
  }

  private NDArray attention(Layers block, Size size, NDArray x) {
    long heads = size.width() / headSize;
    NDArray packed = block.dense(x, "attn.qkv").reshape(-1, tokens(), 3, heads, headSize);
    NDArray mixed = Ops.selfAttention(packed).reshape(-1, tokens(), size.width());
    return Ops.float32(block.dense(mixed, "attn.proj"));
  }

  /** Attention's result for the first token alone: {@code (batch, D)}. */
  private NDArray attentionOfClassToken(Layers block, Size size, NDArray x) {
    long d = size.width();
    long heads = d / headSize;
    NDArray weight = block.get("attn.qkv.weight"); // (3 D, D): queries, keys, values
    NDArray bias = block.get("attn.qkv.bias");
    NDIndex first = new NDIndex(0 + ":" + d);
    NDIndex others = new NDIndex(d + ":" + 3 * d);
    NDArray q = denseOfSome(classToken(x, size), weight, bias, first, block.precision());
    NDArray kv = denseOfSome(x, weight, bias, others, block.precision());
    NDList keysAndValues =
        kv.reshape(-1, tokens(), 2, heads, headSize).transpose(2, 0, 3, 1, 4).split(2, 0);
    NDArray mixed =
        Ops.attention(
            q.reshape(-1, heads, 1, headSize),
            keysAndValues.get(0).squeeze(0),
            keysAndValues.get(1).squeeze(0));
    return Ops.float32(block.dense(mixed.reshape(-1, d), "attn.proj"));
  }

  /** A dense layer of some rows of a weight, which then belong to the input's manager. */
  private static NDArray denseOfSome(
      NDArray x, NDArray weight, NDArray bias, NDIndex rows, Precision precision) {
    NDArray someWeight = weight.get(rows);
    NDArray someBias = bias.get(rows);
    someWeight.attach(x.getManager());
    someBias.attach(x.getManager());
    return Ops.dense(x, someWeight, someBias, precision);
  }

  @Override
  public String toString() {
    return "vit %sx%s, %s channels, patch %s, heads of %s, %s, %s classes"
        .formatted(
            imageSize,
            imageSize,
            channels,
            patch,
            headSize,
            pooling.name().toLowerCase(Locale.ROOT),
            classes);
  }
}
