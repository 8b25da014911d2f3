package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * No constraint: there are no templates, and the scalers of a type are its weights, the stack of
 * all layers. Resizing acts on single features where {@link KroneckerConstraint} acts on blocks of
 * them, by the same rules.
 *
 * <p>Pre-training under it with one size is ordinary training. With size sampling it trains a
 * slimmable supernet ("Slimmable Neural Networks", arXiv 1812.08928; "Once-for-All", arXiv
 * 1908.09791): a step at a smaller size reads and moves the first features of every axis and the
 * first layers. Widths are a family's legal ones, so heads stay whole.
 */
public record DenseConstraint() implements Constraint {

  static final String ID = "dense";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Map<String, String> options() {
    return Map.of();
  }

  @Override
  public List<Factor> templates(WeightType type) {
    return List.of();
  }

  @Override
  public List<Factor> scalers(WeightType type) {
    long count = type.denseParameters();
    return List.of(
        new Factor(
            "", type.stackedShape(), seed -> DenseWeights.draw(type.initial(), count, seed)));
  }

  @Override
  public NDArray compose(WeightType type, NDList templates, NDList scalers) {
    NDArray weights = scalers.singletonOrThrow();
    type.requireShape("weights", weights.getShape(), type.stackedShape());
    return weights;
  }

  @Override
  public CompositionCost cost(WeightType type) {
    return new CompositionCost(0, 0);
  }

  /** A copy, so that what is composed of it is free of the scalers. */
  @Override
  public NDList layer(WeightType type, NDList scalers, long layer) {
    NDArray weights = scalers.singletonOrThrow();
    NDArray own =
        type.layered() ? weights.get(new NDIndex().addSliceDim(layer, layer + 1)) : weights;
    return new NDList(NamedArrays.rowMajor(own));
  }

  @Override
  public NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule) {
    from.requireSameTemplates(to);
    NDArray weights = scalers.singletonOrThrow();
    from.requireShape("weights", weights.getShape(), from.stackedShape());
    if (from.axes().equals(to.axes())) {
      return scalers;
    }
    int[] order = fixedFirst(from);
    WeightType grid = grid(from);
    WeightType target = grid(to);
    NDArray resized =
        rule.apply(grid, target, weights.transpose(order).reshape(gridShape(grid)))
            .reshape(permuted(to, order));
    return new NDList(resized.transpose(inverse(order)));
  }

  /**
   * The type as if every feature were a template of its own: a grid of scalers with the fixed axes,
   * which no rule looks at, in the place of the terms.
   */
  private static WeightType grid(WeightType type) {
    long terms = 1;
    List<Axis> axes = new ArrayList<>();
    for (Axis axis : type.axes()) {
      boolean fixed = axis.role() == AxisRole.FIXED;
      terms *= fixed ? axis.length() : 1;
      axes.add(new Axis(axis.name(), axis.role(), 1, fixed ? 1 : axis.length()));
    }
    return new WeightType(
        type.name(), type.template(), Math.toIntExact(terms), type.initial(), type.decayed(), axes);
  }

  /** {@code (terms, g1, ..., gk)}. */
  private static long[] gridShape(WeightType grid) {
    return IntStream.rangeClosed(0, grid.axes().size())
        .mapToLong(i -> i == 0 ? grid.terms() : grid.axes().get(i - 1).scaler())
        .toArray();
  }

  /** The axes with the fixed ones first, either kind in order. */
  private static int[] fixedFirst(WeightType type) {
    return IntStream.concat(indices(type, true), indices(type, false)).toArray();
  }

  private static IntStream indices(WeightType type, boolean fixed) {
    return IntStream.range(0, type.axes().size())
        .filter(i -> fixed == (type.axes().get(i).role() == AxisRole.FIXED));
  }

  private static long[] permuted(WeightType type, int[] order) {
    return IntStream.of(order).mapToLong(i -> type.axes().get(i).length()).toArray();
  }

  private static int[] inverse(int[] order) {
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return inverse;
  }
}
