package io.github.weit.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.AxisRole;
import io.github.weit.core.CompositionCost;
import io.github.weit.core.Constraint;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.Factor;
import io.github.weit.core.Initial;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Resize;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A constraint of your own: every matrix of a layer is a product around a core that all layers and
 * all sizes share (a Tucker decomposition with one core),
 *
 * <pre>  W_l = U_l C V_l^T,   U (out, r), C (r, r), V (in, r)</pre>
 *
 * <p>The core is the template; U and V, with a row for every feature, are the scalers and resize as
 * features do. All else is its own scalers: vectors, embeddings and kernels, and queries, keys and
 * values, which a transformer packs into one weight of another form. So it covers little of a
 * residual network. Pre-training, fitting, files and checkpoints need nothing more than this class,
 * and {@link LowRankReader} to find it again. It shows how such a rule is written, and was not
 * tuned: nobody measured what it is worth.
 *
 * @param rank r
 */
public record LowRankConstraint(int rank) implements Constraint {

  static final String ID = "low-rank-example";
  static final String RANK = "rank";

  private static final Constraint OTHERS = new DenseConstraint();

  public LowRankConstraint {
    if (rank < 1) {
      throw new WeitException("low-rank constraint: the rank must be at least 1, found " + rank);
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Map<String, String> options() {
    return Map.of(RANK, Integer.toString(rank));
  }

  /** Layers of matrices: (layer, out, in). */
  private static boolean isMatrix(WeightType type) {
    return type.initial() instanceof Initial.Normal
        && type.axes().stream()
            .map(Axis::role)
            .toList()
            .equals(List.of(AxisRole.LAYER, AxisRole.OUT, AxisRole.IN));
  }

  @Override
  public List<Factor> templates(WeightType type) {
    return isMatrix(type)
        ? List.of(new Factor("core", new Shape(rank, rank), seed -> normal(1, rank * rank, seed)))
        : OTHERS.templates(type);
  }

  @Override
  public List<Factor> scalers(WeightType type) {
    if (!isMatrix(type)) {
      return OTHERS.scalers(type);
    }
    // An entry of W is a sum of r^2 products u c v, whose variance is to be that of the type.
    double deviation = Math.sqrt(((Initial.Normal) type.initial()).deviation() / rank);
    return List.of(factor("out", type, 1, deviation), factor("in", type, 2, deviation));
  }

  private Factor factor(String name, WeightType type, int axis, double deviation) {
    Shape shape = new Shape(rank, type.depth(), type.axes().get(axis).length());
    return new Factor(
        name, shape, seed -> normal(deviation, Math.toIntExact(shape.size()), seed.child(name)));
  }

  private static float[] normal(double deviation, int count, Seed seed) {
    RandomGenerator random = seed.generator();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  @Override
  public NDArray compose(WeightType type, NDList templates, NDList scalers) {
    if (!isMatrix(type)) {
      return OTHERS.compose(type, templates, scalers);
    }
    NDArray core = templates.singletonOrThrow();
    type.requireShape("core", core.getShape(), new Shape(rank, rank));
    requireShapes(type, scalers);
    NDArray out = scalers.get(0).transpose(1, 2, 0); // (layer, out, r)
    NDArray in = scalers.get(1).transpose(1, 0, 2); // (layer, r, in)
    return out.matMul(core).matMul(in);
  }

  private void requireShapes(WeightType type, NDList scalers) {
    List<Factor> expected = scalers(type);
    for (int i = 0; i < expected.size(); i++) {
      Factor factor = expected.get(i);
      type.requireShape(factor.suffix(), scalers.get(i).getShape(), factor.shape());
    }
  }

  @Override
  public CompositionCost cost(WeightType type) {
    if (!isMatrix(type)) {
      return OTHERS.cost(type);
    }
    long rows = Math.multiplyExact(type.depth(), type.axes().get(1).length());
    long weights = type.denseParameters();
    return new CompositionCost(
        Math.addExact(rows * rank * rank, Math.multiplyExact(weights, rank)),
        Math.addExact(rows * rank, weights));
  }

  @Override
  public NDList layer(WeightType type, NDList scalers, long layer) {
    if (!isMatrix(type)) {
      return OTHERS.layer(type, scalers, layer);
    }
    NDIndex one = new NDIndex().addAllDim().addSliceDim(layer, layer + 1).addAllDim();
    return new NDList(
        scalers.stream()
            .map(array -> NamedArrays.rowMajor(array.get(one)))
            .toArray(NDArray[]::new));
  }

  /** The factors are grids of scalers of single features, in the place of the terms stands r. */
  @Override
  public NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule) {
    if (!isMatrix(from)) {
      return OTHERS.resize(from, to, scalers, rule);
    }
    from.requireSameTemplates(to);
    requireShapes(from, scalers);
    return new NDList(
        rule.apply(grid(from, 1), grid(to, 1), scalers.get(0)),
        rule.apply(grid(from, 2), grid(to, 2), scalers.get(1)));
  }

  private WeightType grid(WeightType type, int index) {
    Axis axis = type.axes().get(index);
    Axis features = new Axis(axis.name(), axis.role(), 1, axis.length());
    return new WeightType(
        type.name(),
        type.template(),
        rank,
        type.initial(),
        type.decayed(),
        List.of(type.axes().get(0), features));
  }
}
