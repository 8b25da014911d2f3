package io.github.weit.cli.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * How long training from scratch takes to get where WeiT is at some moment. The longer training
 * from scratch is asked where there is one at the size, as it would be by someone with that much
 * time; otherwise the one that is as long as everybody's.
 */
final class Reach {
  private final Summary summary;

  Reach(Summary summary) {
    this.summary = summary;
  }

  /** Which training from scratch is asked at this size; empty if there is none. */
  Optional<String> runner(String size) {
    return List.of(Methods.SCRATCH_LONG, Methods.SCRATCH).stream()
        .filter(m -> summary.lastEpoch(size, m).isPresent())
        .findFirst();
  }

  /** The last epoch it was measured after; 0 without one. */
  int end(String size) {
    return runner(size).map(r -> summary.lastEpoch(size, r).orElseThrow()).orElse(0);
  }

  /** Where WeiT is at that moment. */
  Optional<Statistic> target(String size, Moment moment) {
    return summary.accuracy(size, Methods.WEIT, moment);
  }

  /** Whether both are there, so that {@link #epochs} means something. */
  boolean asked(String size, Moment moment) {
    return runner(size).isPresent() && target(size, moment).isPresent();
  }

  /**
   * The first measured epoch after which scratch's mean accuracy is WeiT's mean or more; empty if
   * it never is, or there is nothing to compare.
   */
  OptionalInt epochs(String size, Moment moment) {
    if (!asked(size, moment)) {
      return OptionalInt.empty();
    }
    double target = target(size, moment).orElseThrow().mean();
    String runner = runner(size).orElseThrow();
    return summary.epochs().stream()
        .mapToInt(Integer::intValue)
        .filter(
            e ->
                summary.accuracy(size, runner, new Moment(e)).stream()
                    .anyMatch(a -> a.mean() >= target))
        .findFirst();
  }

  /** {@code 5}, {@code not in 15}, or a dash where there is nothing to compare. */
  String text(String size, Moment moment) {
    if (!asked(size, moment)) {
      return "\u2013";
    }
    OptionalInt epochs = epochs(size, moment);
    return epochs.isPresent() ? String.valueOf(epochs.getAsInt()) : "not in " + end(size);
  }

  /** Sizes with something to compare at any moment. */
  List<String> sizes() {
    return summary.sizes().stream()
        .filter(s -> summary.keyMoments().stream().anyMatch(m -> asked(s, m)))
        .toList();
  }

  /** The epochs after which those who are asked were measured: {@code 1, 2, 3, 5, 10 and 15}. */
  String measured() {
    return Methods.list(
        summary.epochs().stream()
            .filter(e -> sizes().stream().anyMatch(s -> measured(s, e)))
            .map(String::valueOf)
            .collect(Collectors.toList()));
  }

  private boolean measured(String size, int epoch) {
    return summary.accuracy(size, runner(size).orElseThrow(), new Moment(epoch)).isPresent();
  }

  /** One sentence about WeiT before ordinary training; empty if there is nothing to compare. */
  Optional<String> sentence() {
    List<String> asked = summary.sizes().stream().filter(s -> asked(s, Moment.START)).toList();
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    List<String> never = asked.stream().filter(s -> epochs(s, Moment.START).isEmpty()).toList();
    int longest = asked.stream().mapToInt(this::end).max().orElseThrow();
    if (never.size() == asked.size()) {
      String where = asked.size() == 1 ? " at " + asked.get(0) : " at any size";
      return Optional.of(
          "Training from scratch does not reach what WeiT has before ordinary training within "
              + Numbers.counted(longest, "epoch")
              + where
              + ".");
    }
    List<String> parts = new java.util.ArrayList<>();
    for (int epoch : summary.epochs()) {
      List<String> there =
          asked.stream().filter(s -> epochs(s, Moment.START).orElse(-1) == epoch).toList();
      if (!there.isEmpty()) {
        parts.add("after " + Numbers.counted(epoch, "epoch") + " at " + Methods.list(there));
      }
    }
    if (!never.isEmpty()) {
      String within = "not within " + Numbers.counted(longest, "epoch");
      parts.add(within + " at " + Methods.list(never));
    }
    return Optional.of(
        "Training from scratch reaches what WeiT has before ordinary training "
            + Methods.list(parts)
            + ".");
  }
}
