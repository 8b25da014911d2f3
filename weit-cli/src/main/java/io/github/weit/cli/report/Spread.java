package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Moves labels apart that would overlap. */
final class Spread {

  private Spread() {}

  /** Labels that touch, moved as one. */
  private record Block(double sum, int count) {
    double mean() {
      return sum / count;
    }

    Block with(Block next) {
      return new Block(sum + next.sum, count + next.count);
    }
  }

  /**
   * Places y_i in the order of the wishes w_i and at least {@code gap} apart that minimise sum (y_i
   * - w_i)^2: with the k-th smallest wish w_(k), the means of the pooled violators of w_(k) - k
   * gap. What does not fit between {@code low} and {@code high} is moved inside as far as there is
   * room.
   */
  static double[] apart(double[] wishes, double gap, double low, double high) {
    int n = wishes.length;
    List<Integer> order =
        IntStream.range(0, n).boxed().sorted(Comparator.comparingDouble(i -> wishes[i])).toList();
    List<Block> blocks = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      Block block = new Block(wishes[order.get(k)] - k * gap, 1);
      while (!blocks.isEmpty() && blocks.get(blocks.size() - 1).mean() >= block.mean()) {
        block = blocks.remove(blocks.size() - 1).with(block);
      }
      blocks.add(block);
    }
    double highest = Math.max(low, high - (n - 1) * gap);
    double[] places = new double[n];
    int k = 0;
    for (Block block : blocks) {
      double base = Math.min(Math.max(block.mean(), low), highest);
      for (int i = 0; i < block.count(); i++, k++) {
        places[order.get(k)] = base + k * gap;
      }
    }
    return places;
  }
}
