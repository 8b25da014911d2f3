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
}
