package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Random weights of which attention looks like that of trained transformers: with rows of features
 * multiplied from the left, heads of size k and Z of independent normal entries of variance 1/D,
 *
 * <pre>
 *   per head    W_Q W_K^T    = best rank k of   0.7 Z + 0.7 I
 *   per block   W_V W_proj   =                  0.4 Z - 0.4 I
 * </pre>
 *
 * <p>each factored by a singular value decomposition U S V^T into U sqrt(S) and V sqrt(S). The
 * position embedding starts as {@link Sinusoids}, zero for the class token. Everything else is the
 * family's usual start; biases of attention are zero.
 *
 * <p>Source: Trockman, Kolter, "Mimetic Initialization of Self-Attention Layers" (arXiv
 * 2305.09828). Ours is the form of the sinusoids and that the embedding is trained afterwards, as
 * the family's always is.
 *
 * @param family the architecture; sizes of any but vision transformers are refused
 */
public record Mimetic(Family family) implements Initialiser {

  private static final double QUERY_KEY = 0.7;
  private static final double VALUE_NOISE = 0.4;
  private static final double VALUE_DIAGONAL = -0.4;

  @Override
  public String name() {
    return Method.MIMETIC.id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    if (!(family instanceof Vit)) {
      return Optional.of(
          "it sets the weights of attention, which a model of family '%s' has not"
              .formatted(family.id()));
    }
    return Refusals.illegal(family, size)
        .or(
            () ->
                size.width() % 4 == 0
                    ? Optional.empty()
                    : Optional.of("its position embedding needs a width that is a multiple of 4"));
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    Vit vit = (Vit) family;
    int width = size.width();
    SizedModel random = SizedModel.random(vit, size, manager, seed);
    Map<String, NDArray> weights = new LinkedHashMap<>(random.weights().asMap());
    replace(weights, "pos_embed", Sinusoids.of(vit, width), new Shape(1, vit.tokens(), width));
    for (int layer = 0; layer < size.depth(); layer++) {
      String attention = "blocks." + layer + ".attn.";
      Seed own = seed.child("mimetic").child(layer);
      double[] packed = new double[3 * width * width]; // (3 D, D)
      for (int head = 0; head < width / vit.headSize(); head++) {
        ProductFactors.drawn(width, QUERY_KEY, QUERY_KEY, vit.headSize(), own.child(head))
            .writeQueryAndKey(packed, head);
      }
      ProductFactors values =
          ProductFactors.drawn(width, VALUE_NOISE, VALUE_DIAGONAL, width, own.child("value"));
      values.writeValue(packed);
      replace(weights, attention + "qkv.weight", packed, new Shape(3L * width, width));
      replace(weights, attention + "proj.weight", values.projection(), new Shape(width, width));
    }
    return new SizedModel(vit, size, NamedArrays.of(weights));
  }

  private static void replace(
      Map<String, NDArray> weights, String name, double[] values, Shape shape) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    NDArray old = weights.get(name);
    weights.put(name, old.getManager().create(narrow, shape));
    old.close();
  }
}
