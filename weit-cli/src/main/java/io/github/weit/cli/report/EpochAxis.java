package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where epochs stand from left to right: evenly, or by their square root where one method trains
 * much longer than the others, so that the epochs they share keep room.
 */
final class EpochAxis {
  private final List<Integer> measured;
  private final int last;
  private final boolean root;

  EpochAxis(Summary summary) {
    measured = summary.epochs();
    last = measured.isEmpty() ? 1 : measured.get(measured.size() - 1);
    root = last > 1.5 * summary.lastShared() && summary.lastShared() > 0;
  }

  boolean root() {
    return root;
  }

  /** The place of an epoch; 0 for the start. */
  double at(int epoch) {
    return root ? Math.sqrt(epoch) : epoch;
  }

  double end() {
    return at(last);
  }

  /** Epochs to write below the axis. */
  List<Integer> ticks() {
    List<Integer> ticks = new ArrayList<>(List.of(0));
    if (root) {
      for (int epoch : measured) {
        if (at(epoch) - at(ticks.get(ticks.size() - 1)) >= 0.06 * end()) {
          ticks.add(epoch);
        }
      }
      return ticks;
    }
    int step = 1;
    for (int next : new int[] {2, 5, 10, 20, 50, 100, 200, 500}) {
      step = last / step > 6 ? next : step;
    }
    for (int epoch = step; epoch <= last; epoch += step) {
      ticks.add(epoch);
    }
    return ticks;
  }
}
