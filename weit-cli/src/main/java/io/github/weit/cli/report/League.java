package io.github.weit.cli.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Methods against each other over all sizes. Methods exist at different sizes, and large models are
 * better than small ones, so means alone do not say who is ahead: {@link #lead} compares at the
 * sizes that both methods have.
 */
final class League {
  private final Summary summary;

  League(Summary summary) {
    this.summary = summary;
  }

  /**
   * An accuracy over several sizes, fractions.
   *
   * @param mean over sizes of the means over seeds
   * @param deviation sample standard deviation, over the seeds that have all these sizes, of the
   *     mean over sizes; NaN for fewer than two such seeds
   * @param sizes how many
   * @param least the smallest mean over seeds
   * @param most the largest
   */
  record Mean(double mean, double deviation, int sizes, double least, double most) {}

  /** Over the sizes at which the method was measured at that moment. */
  Optional<Mean> mean(String method, Moment moment) {
    List<String> sizes =
        summary.sizes().stream()
            .filter(s -> summary.accuracy(s, method, moment).isPresent())
            .toList();
    if (sizes.isEmpty()) {
      return Optional.empty();
    }
    List<Map<Long, Measurement>> rows =
        sizes.stream().map(s -> summary.bySeed(s, method, moment)).toList();
    Statistic means =
        Statistic.of(
            sizes.stream()
                .map(s -> summary.accuracy(s, method, moment).orElseThrow().mean())
                .toList());
    List<Double> bySeed =
        summary.seeds().stream()
            .filter(seed -> rows.stream().allMatch(r -> r.containsKey(seed)))
            .map(seed -> accuracies(rows, seed).average().orElseThrow())
            .toList();
    double deviation = bySeed.isEmpty() ? Double.NaN : Statistic.of(bySeed).deviation();
    return Optional.of(new Mean(means.mean(), deviation, sizes.size(), means.min(), means.max()));
  }

  private static DoubleStream accuracies(List<Map<Long, Measurement>> rows, long seed) {
    return rows.stream().mapToDouble(r -> r.get(seed).accuracy());
  }

  /** WeiT's lead at each size that both have, paired by seed; empty for WeiT itself. */
  BySize lead(String method, Moment moment) {
    return new BySize(
        summary.sizes(),
        s ->
            method.equals(Methods.WEIT)
                ? Optional.empty()
                : summary.lead(s, Methods.WEIT, method, moment));
  }

  /** At how many sizes there is anything of the method. */
  int sizes(String method) {
    return (int) summary.sizes().stream().filter(s -> summary.has(s, method)).count();
  }

  /**
   * Whether there is something of the method at less than half of WeiT's sizes, so means say
   * little.
   */
  boolean hasFewSizes(String method) {
    return 2 * sizes(method) < sizes(Methods.WEIT);
  }

  /** The last epoch that the methods share, or the start if nothing was trained. */
  Moment last() {
    return new Moment(summary.lastShared());
  }

  /**
   * Methods by how far they are ahead of WeiT at the {@link #last} moment, the best first; those
   * that cannot be compared come last, in the summary's order.
   */
  List<String> order() {
    return summary.methods().stream().sorted(Comparator.comparingDouble(this::behind)).toList();
  }

  private double behind(String method) {
    if (method.equals(Methods.WEIT)) {
      return 0;
    }
    BySize lead = lead(method, last());
    return lead.isEmpty() ? Double.POSITIVE_INFINITY : lead.mean();
  }
}
