package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.AxisMap;
import io.github.weit.core.AxisRole;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The maps that {@link Ligo} learns, as leaves:
 *
 * <ul>
 *   <li>{@code width/n-m}: B {@code (m, n)}, one for everything that has n features in the small
 *       model and m in the large one: one for the residual stream and what attention mixes, one for
 *       the hidden side of the MLP;
 *   <li>{@code depth/TYPE}: w {@code (L', L)}, one for every type of weight in layers.
 * </ul>
 *
 * <p>What consumes features is mapped by the transpose of what produces them, A = B / sum_i B[i]^2
 * (of each column): at the start, when the rows of B are copies, that divides by their number, and
 * A^T is the inverse of B.
 *
 * <p>In the paper queries, keys and values have expansions of their own, and A is B itself.
 *
 * @param leaves all maps
 */
record GrowthMaps(NamedArrays leaves) implements Stacks.Rule {

  private static final String WIDTH = "width/";

  /** Maps that give what {@link Stacking} gives with equal shares, but for the noise. */
  static GrowthMaps of(
      Family family, Size from, Size to, double noise, Seed seed, NDManager manager) {
    Map<String, WeightType> targets = new LinkedHashMap<>();
    family.weights(to).forEach(type -> targets.put(type.name(), type));
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    for (WeightType type : family.weights(from)) {
      WeightType target = targets.get(type.name());
      if (target == null) {
        continue; // no such layers in the larger size
      }
      for (int i = 0; i < type.axes().size(); i++) {
        Axis own = type.axes().get(i);
        Axis other = target.axes().get(i);
        String name = name(target, own, other);
        if (own.role() == AxisRole.LAYER) {
          double[][] stacked =
              Stacks.taking(Stacking.layers(own, other), Math.toIntExact(own.length()));
          leaves.put(name, array(stacked, 0, seed, manager));
        } else if (own.length() != other.length() && !leaves.containsKey(name)) {
          int[] sources = Stacking.copies(family, own, other, seed);
          double[][] copying = Stacks.taking(sources, Math.toIntExact(own.length()));
          double deviation = noise / Math.sqrt(own.length());
          leaves.put(name, array(copying, deviation, seed.child("noise").child(name), manager));
        }
      }
    }
    return new GrowthMaps(NamedArrays.of(leaves));
  }

  /** Whether a leaf is one of {@code B}. */
  static boolean isOfWidth(String leaf) {
    return leaf.startsWith(WIDTH);
  }

  private static String name(WeightType type, Axis from, Axis to) {
    return from.role() == AxisRole.LAYER
        ? "depth/" + type.name()
        : WIDTH + "%s-%s".formatted(from.length(), to.length());
  }

  private static NDArray array(double[][] rows, double deviation, Seed seed, NDManager manager) {
    RandomGenerator random = seed.generator();
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      double own = rows[i / rows[0].length][i % rows[0].length];
      values[i] = (float) (own + deviation * random.nextGaussian());
    }
    return manager.create(values, new Shape(rows.length, rows[0].length));
  }

  @Override
  public NDArray apply(WeightType type, int index, Axis from, Axis to, NDArray stack) {
    NDArray map = leaves.get(name(type, from, to));
    boolean consumed = from.role() == AxisRole.IN;
    NDArray own = consumed ? map.div(map.mul(map).sum(new int[] {0}, true)) : map;
    return AxisMap.apply(own, stack, index);
  }
}
