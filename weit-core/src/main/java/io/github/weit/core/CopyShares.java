package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The parts in which copies of a feature are read. Where a model is widened by copying features,
 * what reads them divides its weight among the copies, so that together they are read as their
 * source was.
 *
 * <p>Every entry that reads copies divides in its own way. The copies then get gradients of
 * different directions and part from the first step on. If all entries divided alike, one copy's
 * gradient would be a multiple of another's; AdamW makes equal steps of those, and copies would
 * part only as rounding and norms over features tell them apart. With equal parts they never do.
 * Net2Net (arXiv 1511.05641) adds noise instead, which changes the function; this does not.
 */
public final class CopyShares {

  private CopyShares() {}

  /**
   * Divides weights among copies.
   *
   * @param weights of which each copy has its source's; not changed
   * @param axis along which they read features
   * @param sources of which feature each one along the axis is a copy
   * @param unevenness from 0, equal parts, to below 1: no part is more than {@code (1 + u) / (1 -
   *     u)} times another of the same source
   * @return for every entry, copies of one source have parts that sum to what each of them had
   * @throws WeitException if the unevenness is not in its range
   */
  public static NDArray divide(
      NDArray weights, int axis, int[] sources, double unevenness, Seed seed) {
    requireUnevenness(unevenness);
    long[] shape = weights.getShape().getShape().clone();
    if (unevenness == 0) { // one set for all
      Arrays.fill(shape, 1);
      shape[axis] = sources.length;
    }
    long outer = LongStream.of(shape).limit(axis).reduce(1, Math::multiplyExact);
    long inner = LongStream.of(shape).skip(axis + 1L).reduce(1, Math::multiplyExact);
    double[] shares =
        draw(Math.toIntExact(outer), sources, Math.toIntExact(inner), unevenness, seed);
    NDArray array = weights.getManager().create(shares, new Shape(shape));
    return weights.mul(
        weights.getDataType() == DataType.FLOAT64
            ? array
            : array.toType(weights.getDataType(), false));
  }

  /** Shares {@code (outer, copies, inner)}. */
  private static double[] draw(int outer, int[] sources, int inner, double unevenness, Seed seed) {
    RandomGenerator random = seed.generator();
    int length = Math.multiplyExact(sources.length, inner);
    double[] shares = new double[Math.multiplyExact(outer, length)];
    int features = IntStream.of(sources).max().orElse(-1) + 1;
    for (int first = 0; first < shares.length; first += length) {
      double[] sums = new double[features * inner];
      for (int i = 0; i < length; i++) {
        double share = 1 + unevenness * (2 * random.nextDouble() - 1);
        shares[first + i] = share;
        sums[sources[i / inner] * inner + i % inner] += share;
      }
      for (int i = 0; i < length; i++) {
        shares[first + i] /= sums[sources[i / inner] * inner + i % inner];
      }
    }
    return shares;
  }

  /** Refuses an unevenness outside its range. */
  public static void requireUnevenness(double unevenness) {
    if (!(unevenness >= 0 && unevenness < 1)) {
      throw new WeitException("unevenness must be at least 0 and below 1, found " + unevenness);
    }
  }
}
