package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The accuracies that axes must have room for, in per cent, each seed's. */
final class Percents {

  private Percents() {}

  /**
   * After any epoch, and where WeiT starts. Starts of others, often near guessing, may lie below
   * the axis; they count where nothing was trained.
   */
  static List<Double> curves(Summary summary) {
    List<Double> all = new ArrayList<>();
    for (String size : summary.sizes()) {
      for (String method : summary.methods()) {
        summary.epochs().forEach(e -> collect(all, summary, size, method, new Moment(e)));
      }
      collect(all, summary, size, Methods.WEIT, Moment.START);
    }
    return all.isEmpty() ? at(summary, Moment.START) : all;
  }

  /** Of every method and size at one moment. */
  static List<Double> at(Summary summary, Moment moment) {
    List<Double> all = new ArrayList<>();
    for (String size : summary.sizes()) {
      summary.methods().forEach(m -> collect(all, summary, size, m, moment));
    }
    return all;
  }

  private static void collect(
      Collection<Double> into, Summary summary, String size, String method, Moment moment) {
    summary.bySeed(size, method, moment).values().forEach(m -> into.add(100 * m.accuracy()));
  }
}
