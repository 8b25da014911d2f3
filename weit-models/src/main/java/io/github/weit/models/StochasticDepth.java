package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.engine.Ops;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Stochastic depth, also called drop path (arXiv 1603.09382): how a forward pass honours {@link
 * Pass#dropPath}.
 *
 * <pre>{@code
 * double drop = StochasticDepth.probability(pass, layer, size.depth());
 * x = x.add(StochasticDepth.drop(branch, drop, pass, layer));
 * }</pre>
 */
public final class StochasticDepth {

  private StochasticDepth() {}

  /**
   * The probability at one of {@code depth} layers: 0 at the first, all of it at the last.
   *
   * @param layer counted from 0
   */
  public static double probability(Pass pass, int layer, int depth) {
    return depth == 1 ? pass.dropPath() : pass.dropPath() * layer / (depth - 1);
  }

  /**
   * Drops a residual branch for whole samples and scales up what is kept, so that its mean stays
   * the same.
   *
   * @param branch {@code (batch, ...)}
   * @param probability that it is dropped, at least 0 and below 1
   * @param pass nothing is dropped if it is none of training
   * @param stream tells the branches of a pass apart
   * @return of the branch's shape, type and manager; itself where nothing is dropped
   */
  public static NDArray drop(NDArray branch, double probability, Pass pass, long stream) {
    if (!pass.training() || probability == 0) {
      return branch;
    }
    int batch = Math.toIntExact(branch.getShape().get(0));
    RandomGenerator random = pass.seed().child("drop-path").child(stream).generator();
    float[] mask = new float[batch];
    for (int i = 0; i < batch; i++) {
      mask[i] = random.nextDouble() < probability ? 0 : (float) (1 / (1 - probability));
    }
    long[] shape = new long[branch.getShape().dimension()];
    Arrays.fill(shape, 1);
    shape[0] = batch;
    NDArray factors = Ops.upload(branch.getManager(), host -> host.create(mask, new Shape(shape)));
    return Ops.toTypeOf(branch.mul(factors), branch);
  }
}
