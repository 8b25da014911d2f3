package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * WeiT's rule: every weight is a sum of Kronecker products,
 *
 * <pre>  W = sum_{t=1..N} S[t] (x) T[t]</pre>
 *
 * <p>over any number of axes at once. With template extents p and scaler extents g:
 *
 * <ul>
 *   <li>templates T {@code (N, p1, ..., pk)}, shared by all layers and all sizes;
 *   <li>scalers S {@code (N, g1, ..., gk)}, of one size;
 *   <li>weights W {@code (g1 p1, ..., gk pk)}, the stack of all layers of a type.
 * </ul>
 *
 * <p>In block order, entry {@code (a1 p1 + b1, ..., ak pk + bk)} of W is {@code sum_t S[t, a] T[t,
 * b]}: weighted sums of templates laid side by side. In interleaved order it is entry {@code (b1 g1
 * + a1, ...)}, that is T (x) S. Either way it is one matrix product {@code (G, N) (N, P)} and one
 * permutation, for all layers of a type.
 *
 * <p>Source: "Constraint-based Pre-training: From Structured Constraints to Scalable Model
 * Initialization" (arXiv 2604.14769). The paper writes T (x) S and speaks of concatenated, weighted
 * templates; block order is our reading of the words. Treating vectors, kernels and embeddings by
 * the same rule is ours.
 */
public record KroneckerConstraint(Order order) implements Constraint {

  static final String ID = "kronecker";

  /** Which factor's index runs slower along an axis of the product. */
  public enum Order {
    /** S (x) T: the templates are the blocks. */
    BLOCK,
    /**
     * T (x) S: the scalers are the blocks; the same weights up to a fixed permutation along each
     * axis.
     */
    INTERLEAVED
  }

  /** Block order. */
  public KroneckerConstraint() {
    this(Order.BLOCK);
  }

  static KroneckerConstraint of(Map<String, String> options) {
    String order = options.getOrDefault("order", Order.BLOCK.name());
    return new KroneckerConstraint(
        Arrays.stream(Order.values())
            .filter(known -> known.name().equalsIgnoreCase(order))
            .findFirst()
            .orElseThrow(
                () ->
                    new WeitException(
                        "kronecker constraint: order must be one of %s, found '%s'"
                            .formatted(Arrays.toString(Order.values()), order))));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Map<String, String> options() {
    return Map.of("order", order.name());
  }

  @Override
  public List<Factor> templates(WeightType type) {
    Shape shape = shape(type, true);
    return List.of(new Factor("", shape, seed -> initialTemplates(type, shape, seed)));
  }

  @Override
  public List<Factor> scalers(WeightType type) {
    Shape shape = shape(type, false);
    return List.of(new Factor("", shape, seed -> initialScalers(type, shape, seed)));
  }

  @Override
  public NDArray compose(WeightType type, NDList templates, NDList scalers) {
    NDArray t = templates.singletonOrThrow();
    NDArray s = scalers.singletonOrThrow();
    Shape templateShape = shape(type, true);
    Shape scalerShape = shape(type, false);
    type.requireShape("templates", t.getShape(), templateShape);
    type.requireShape("scalers", s.getShape(), scalerShape);

    int rank = type.axes().size();
    long n = type.terms();
    NDArray weighted =
        s.reshape(n, scalerShape.size() / n)
            .transpose()
            .matMul(t.reshape(n, templateShape.size() / n)); // (G, P)
    long[] split = new long[2 * rank]; // (g1, ..., gk, p1, ..., pk)
    int[] permutation = new int[2 * rank];
    for (int i = 0; i < rank; i++) {
      split[i] = type.axes().get(i).scaler();
      split[rank + i] = type.axes().get(i).template();
      permutation[2 * i] = order == Order.BLOCK ? i : rank + i;
      permutation[2 * i + 1] = order == Order.BLOCK ? rank + i : i;
    }
    return weighted.reshape(split).transpose(permutation).reshape(type.stackedShape());
  }

  /**
   * With G and P numbers in a scaler and a template of the type: N G P multiplications, and G P
   * numbers in the product; as many again where the permutation moves them.
   */
  @Override
  public CompositionCost cost(WeightType type) {
    long weights = type.denseParameters();
    long macs = Math.multiplyExact(weights, (long) type.terms());
    return new CompositionCost(macs, permutes(type) ? 2 * weights : weights);
  }

  /**
   * Whether the product, of axes {@code (g1, ..., gk, p1, ..., pk)}, is not in the order of the
   * weights already. In block order it is if, of each axis that both factors extend, no later axis
   * is the scalers' and no earlier one the templates'.
   */
  private boolean permutes(WeightType type) {
    for (int i = 0; i < type.axes().size(); i++) {
      Axis axis = type.axes().get(i);
      List<Axis> before = type.axes().subList(0, i);
      List<Axis> after = type.axes().subList(i + 1, type.axes().size());
      boolean mixed = axis.template() > 1 && axis.scaler() > 1;
      if (mixed
          && (order == Order.INTERLEAVED
              || before.stream().anyMatch(other -> other.template() > 1)
              || after.stream().anyMatch(other -> other.scaler() > 1))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public NDList layer(WeightType type, NDList scalers, long layer) {
    NDArray grid = scalers.singletonOrThrow();
    return type.layered()
        ? new NDList(grid.get(new NDIndex().addAllDim().addSliceDim(layer, layer + 1)))
        : scalers;
  }

  @Override
  public NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule) {
    from.requireSameTemplates(to);
    NDArray grid = scalers.singletonOrThrow();
    from.requireShape("scalers", grid.getShape(), shape(from, false));
    return new NDList(rule.apply(from, to, grid));
  }

  private static Shape shape(WeightType type, boolean ofTemplates) {
    long[] shape = new long[type.axes().size() + 1];
    shape[0] = type.terms();
    for (int i = 1; i < shape.length; i++) {
      Axis axis = type.axes().get(i - 1);
      shape[i] = ofTemplates ? axis.template() : axis.scaler();
    }
    return new Shape(shape);
  }

  private static float[] initialTemplates(WeightType type, Shape shape, Seed seed) {
    return initial(type, shape, Spread.of(type).templates(), seed);
  }

  private static float[] initialScalers(WeightType type, Shape shape, Seed seed) {
    return initial(type, shape, Spread.of(type).scalers(), seed);
  }

  /**
   * One factor's values: independent normal ones, except that the first of the N parts is constant
   * where the weights start constant.
   */
  private static float[] initial(WeightType type, Shape shape, Part part, Seed seed) {
    float[] values = new float[Math.toIntExact(shape.size())];
    int first = type.initial() instanceof Initial.Constant ? values.length / type.terms() : 0;
    Arrays.fill(values, 0, first, (float) part.constant());
    RandomGenerator random = seed.generator();
    for (int i = first; i < values.length && part.deviation() > 0; i++) {
      values[i] = (float) (part.deviation() * random.nextGaussian());
    }
    return values;
  }

  /**
   * What one factor starts as.
   *
   * @param constant the value of its first part, where the weights start constant
   * @param deviation of all other numbers; 0 makes them 0
   */
  private record Part(double constant, double deviation) {}

  /**
   * How templates and scalers share the initial value of the weights. For weights of deviation s
   * the product of their deviations is s / sqrt(N), since a sum of N products of independent
   * entries has variance N (s_S s_T)^2. How it is shared decides how fast weights can move, as the
   * optimiser moves every number by about its rate (docs/method-history.md):
   *
   * <ul>
   *   <li>Layers share templates, so what tells them apart is in the scalers: templates have unit
   *       deviation, scalers the rest.
   *   <li>A weight that a model has once, such as the position embedding or the head, has few
   *       scalers, and its pattern must be learnt by the templates: they have the deviation of the
   *       weights, and scalers are such that a step of the templates moves the weights as far.
   * </ul>
   */
  private record Spread(Part templates, Part scalers) {

    static Spread of(WeightType type) {
      double share = 1 / Math.sqrt(type.terms());
      double value = type.initial() instanceof Initial.Constant constant ? constant.value() : 0;
      double deviation = type.initial() instanceof Initial.Normal normal ? normal.deviation() : 0;
      return type.layered()
          ? new Spread(new Part(1, 1), new Part(value, deviation * share))
          : new Spread(new Part(value, deviation), new Part(1, share));
    }
  }
}
