package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Layers that are linear combinations of K shared ones,
 *
 * <pre>  W_l = sum_{k=1..K} M[l, k] C_k,   l = 1..L</pre>
 *
 * <p>with fixed coefficients M that depth alone decides, so that the shared layers give a model of
 * any depth and of one width. There are no templates; the scalers of a type are the shared layers
 * {@code (K, ...)}, or the weight itself where there is no layer axis. A model of one layer has
 * that layer in their place, from which no deeper one can be made.
 *
 * @param rule what the coefficients are
 */
public record LayerMixConstraint(Rule rule) implements Constraint {

  static final String ID = "layer-mix";

  /** How layers are made of the shared ones. */
  public enum Rule {
    /**
     * W_l = C_1 + (l / L) C_2: "Transformer as Linear Expansion of Learngene" (TLEG, arXiv
     * 2312.05614).
     */
    LINEAR(2) {
      @Override
      double[] row(int layer, int depth) {
        return new double[] {1, (layer + 1.0) / depth};
      }
    },
    /**
     * W_l = C_s, s the stage in which layer l lies: "Exploring Learngene via Stage-wise Weight
     * Sharing" (SWS, arXiv 2404.16897). Five stages have 3, 3, 4, 3 and 3 of 16 layers; at another
     * depth a layer lies in the stage in which its middle, (l - 1/2) / L, does.
     */
    STAGES(5) {
      @Override
      double[] row(int layer, int depth) {
        int[] ends = {3, 6, 10, 13, 16};
        int stage = 0;
        while ((2L * layer + 1) * 16 >= 2L * depth * ends[stage]) {
          stage++;
        }
        double[] row = new double[ends.length];
        row[stage] = 1;
        return row;
      }
    };

    private final int shared;

    Rule(int shared) {
      this.shared = shared;
    }

    /** K. */
    public int shared() {
      return shared;
    }

    /** The coefficients of a layer, counted from 0. */
    abstract double[] row(int layer, int depth);

    /** M, {@code (depth, K)}. */
    double[][] matrix(int depth) {
      double[][] rows = new double[depth][];
      Arrays.setAll(rows, layer -> row(layer, depth));
      return rows;
    }
  }

  static LayerMixConstraint of(Map<String, String> options) {
    String name = options.getOrDefault("rule", "");
    return Arrays.stream(Rule.values())
        .filter(rule -> rule.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .map(LayerMixConstraint::new)
        .orElseThrow(
            () ->
                new WeitException(
                    "layer-mix constraint: rule must be one of %s, found '%s'"
                        .formatted(Arrays.toString(Rule.values()), name)));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Map<String, String> options() {
    return Map.of("rule", rule.name());
  }

  @Override
  public List<Factor> templates(WeightType type) {
    return List.of();
  }

  @Override
  public List<Factor> scalers(WeightType type) {
    Shape shape = shape(type);
    return List.of(new Factor("", shape, seed -> initial(type, shape, seed)));
  }

  /** Shared layers start like layers; what l / L multiplies starts at 0 where layers are equal. */
  private float[] initial(WeightType type, Shape shape, Seed seed) {
    float[] values = DenseWeights.draw(type.initial(), shape.size(), seed);
    if (mixes(type) && rule == Rule.LINEAR && type.initial() instanceof Initial.Constant) {
      Arrays.fill(values, values.length / 2, values.length, 0);
    }
    return values;
  }

  private Shape shape(WeightType type) {
    long[] shape = type.stackedShape().getShape().clone();
    if (mixes(type)) {
      shape[0] = rule.shared();
    }
    return new Shape(shape);
  }

  private static boolean mixes(WeightType type) {
    return type.layered() && type.depth() > 1;
  }

  @Override
  public NDArray compose(WeightType type, NDList templates, NDList scalers) {
    NDArray shared = scalers.singletonOrThrow();
    type.requireShape("shared layers", shared.getShape(), shape(type));
    return mixes(type) ? mixed(rule.matrix(Math.toIntExact(type.depth())), shared) : shared;
  }

  private static NDArray mixed(double[][] coefficients, NDArray shared) {
    return AxisMap.apply(AxisMap.of(coefficients, shared), shared, 0);
  }

  @Override
  public CompositionCost cost(WeightType type) {
    long weights = type.denseParameters();
    return mixes(type)
        ? new CompositionCost(Math.multiplyExact(weights, (long) rule.shared()), weights)
        : new CompositionCost(0, 0);
  }

  @Override
  public NDList layer(WeightType type, NDList scalers, long layer) {
    NDArray shared = scalers.singletonOrThrow();
    double[][] row = {rule.row(Math.toIntExact(layer), Math.toIntExact(type.depth()))};
    return new NDList(mixes(type) ? mixed(row, shared) : shared.duplicate());
  }

  /**
   * The same shared layers; the rule of other constraints does not matter.
   *
   * @throws WeitException if anything but the number of layers changes, or one layer is to become
   *     several
   */
  @Override
  public NDList resize(WeightType from, WeightType to, NDList scalers, Resize unused) {
    from.requireSameTemplates(to);
    from.requireShape("shared layers", scalers.singletonOrThrow().getShape(), shape(from));
    for (int i = from.layered() ? 1 : 0; i < from.axes().size(); i++) {
      long expected = from.axes().get(i).length();
      long found = to.axes().get(i).length();
      if (expected != found) {
        throw new WeitException(
            "weight type '%s', axis '%s': shared layers give other depths only; expected length %d, found %d"
                .formatted(from.name(), from.axes().get(i).name(), expected, found));
      }
    }
    if (mixes(from) == mixes(to)) {
      return scalers;
    }
    if (mixes(to)) {
      throw new WeitException(
          "weight type '%s': shared layers can't be had back from a model of one layer"
              .formatted(from.name()));
    }
    return new NDList(mixed(rule.matrix(1), scalers.singletonOrThrow()));
  }
}
