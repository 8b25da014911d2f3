package io.github.weit.training.data;

import io.github.weit.core.Seed;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Random choices of images by number. */
final class Sampling {

  private Sampling() {}

  /** {@code count} ascending positions in {@code labels}; each class keeps its share. */
  static int[] stratified(int[] labels, int classes, int count, Seed seed) {
    int[] quota = shares(labels, classes, count);
    boolean[] taken = new boolean[labels.length];
    int[][] membersOf = members(labels, classes);
    for (int c = 0; c < classes; c++) {
      int[] members = membersOf[c];
      shuffle(members, seed.child(c).generator());
      for (int i = 0; i < quota[c]; i++) {
        taken[members[i]] = true;
      }
    }
    return IntStream.range(0, labels.length).filter(i -> taken[i]).toArray();
  }

  /** The ascending positions of each label. */
  private static int[][] members(int[] labels, int classes) {
    int[][] members = new int[classes][];
    int[] count = new int[classes];
    for (int label : labels) {
      count[label]++;
    }
    for (int c = 0; c < classes; c++) {
      members[c] = new int[count[c]];
    }
    for (int i = labels.length - 1; i >= 0; i--) {
      members[labels[i]][--count[labels[i]]] = i;
    }
    return members;
  }

  /**
   * Splits {@code count} among classes in proportion, by largest remainder, ties to the lower
   * class.
   */
  private static int[] shares(int[] labels, int classes, int count) {
    long[] available = new long[classes];
    for (int label : labels) {
      available[label]++;
    }
    int[] quota = new int[classes];
    long[] remainder = new long[classes];
    int given = 0;
    for (int c = 0; c < classes; c++) {
      quota[c] = (int) (count * available[c] / labels.length);
      remainder[c] = count * available[c] % labels.length;
      given += quota[c];
    }
    for (; given < count; given++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = remainder[c] > remainder[best] ? c : best;
      }
      quota[best]++;
      remainder[best] = -1;
    }
    return quota;
  }

  /** Fisher and Yates' shuffle, in place. */
  static void shuffle(int[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
