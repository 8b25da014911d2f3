package io.github.weit.baselines;

import io.github.weit.core.Seed;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Which feature each feature of a wider model is a copy of. Features come in units, such as heads,
 * which are copied whole: all units in their order, as many times as they fit, then different ones
 * drawn at random. Lengths and seed decide alone, so whatever produces features and whatever
 * consumes them agree.
 */
final class Copies {

  private Copies() {}

  /**
   * The source of every new feature.
   *
   * @param unit divides both lengths
   */
  static int[] sources(int old, int length, int unit, Seed seed) {
    int units = old / unit;
    int[] order = shuffled(units, seed.child(old).child(length).generator());
    int whole = length / unit / units * units;
    int[] sources = new int[length];
    for (int j = 0; j < length; j++) {
      int own = j / unit;
      int source = own < whole ? own % units : order[own - whole];
      sources[j] = source * unit + j % unit;
    }
    return sources;
  }

  private static int[] shuffled(int count, RandomGenerator random) {
    double[] keys = random.doubles(count).toArray();
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> keys[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Maps of what consumes copies: a source's weight is shared among its copies, unevenly if asked
   * for, so that their sum is what it was.
   *
   * @param unevenness from 0, equal parts, to below 1
   */
  static double[][] shares(int[] sources, int old, double unevenness, Seed seed) {
    RandomGenerator random = seed.generator();
    double[][] rows = new double[sources.length][old];
    double[] sums = new double[old];
    for (int j = 0; j < sources.length; j++) {
      double share = 1 + unevenness * (2 * random.nextDouble() - 1);
      rows[j][sources[j]] = share;
      sums[sources[j]] += share;
    }
    for (int j = 0; j < sources.length; j++) {
      rows[j][sources[j]] /= sums[sources[j]];
    }
    return rows;
  }
}
