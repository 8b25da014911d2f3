package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the measurements do not show, and ({@link Fairness}) what a comparison was unfair about. */
final class Caveats {
  private final Setting setting;
  private final Summary summary;

  Caveats(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
  }

  List<String> sentences() {
    List<String> all = new ArrayList<>();
    all.addAll(new Fairness(setting, summary).sentences());
    all.add(seeds());
    all.add(sampling());
    unfinished().ifPresent(all::add);
    sizes().ifPresent(all::add);
    diverged().ifPresent(all::add);
    missing().ifPresent(all::add);
    all.addAll(setting.remarks());
    if (summary.replaced() > 0) {
      all.add(
          Numbers.counted(summary.replaced(), "measurement")
              + " had been made twice; the later one counts.");
    }
    return all;
  }

  private String seeds() {
    Map<Integer, List<String>> methods = new TreeMap<>(Comparator.reverseOrder());
    summary
        .methods()
        .forEach(
            m ->
                methods
                    .computeIfAbsent(seeds(m).size(), n -> new ArrayList<>())
                    .add(summary.label(m)));
    String close = "chance cannot be told from effect where methods are close";
    int least = Collections.min(methods.keySet());
    String count =
        methods.size() == 1
            ? least == 1
                ? "There is one seed, so " + close
                : "There are " + Numbers.word(least) + " seeds of every method"
            : "There are "
                + methods.entrySet().stream()
                    .map(e -> Numbers.counted(e.getKey(), "seed") + " of " + some(e.getValue()))
                    .collect(Collectors.joining(", "))
                + (least == 1 ? "; of one seed, " + close : "");
    return count
        + ". All models of a pre-trained method come from one pre-training; how much another one"
        + " would change was not measured.";
  }

  private List<Long> seeds(String method) {
    return summary
        .rows()
        .filter(m -> m.method().equals(method))
        .map(Measurement::seed)
        .distinct()
        .sorted()
        .toList();
  }

  /** By their names, if these are a few. */
  private static String some(List<String> methods) {
    return methods.size() > 3 ? Numbers.word(methods.size()) + " others" : Methods.list(methods);
  }

  private String sampling() {
    long images = setting.data().testImages();
    return "Accuracy is measured on "
        + Numbers.whole(images)
        + " test images, which alone gives it a standard error of up to "
        + Numbers.points(100 * Math.sqrt(0.25 / images))
        + " points.";
  }

  /** Whether scratch was still learning when it was stopped. */
  private Optional<String> unfinished() {
    List<Integer> epochs = summary.sharedEpochs();
    if (epochs.size() < 2) {
      return Optional.empty();
    }
    int last = epochs.get(epochs.size() - 1);
    int before = epochs.get(epochs.size() - 2);
    double gain = 0;
    for (String size : summary.sizes()) {
      Optional<Statistic> a = summary.accuracy(size, Methods.SCRATCH, new Moment(before));
      Optional<Statistic> b = summary.accuracy(size, Methods.SCRATCH, new Moment(last));
      if (a.isPresent() && b.isPresent()) {
        gain = Math.max(gain, 100 * (b.get().mean() - a.get().mean()) / (last - before));
      }
    }
    return gain < 0.5
        ? Optional.empty()
        : Optional.of(
            "Training from scratch was still gaining up to "
                + Numbers.points(gain)
                + " points an epoch when it was stopped: this shows who is ahead early, not who"
                + " would be in the end.");
  }

  private Optional<String> sizes() {
    List<String> seen =
        summary.sizes().stream().filter(setting.pretraining().sizesSeen()::contains).toList();
    return seen.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Pre-training itself had composed "
                + Methods.list(seen)
                + "; the other sizes were new to it.");
  }

  /** Measurements with a loss that is no number. */
  private Optional<String> diverged() {
    List<String> where =
        summary
            .rows()
            .filter(m -> !Double.isFinite(m.loss()))
            .map(m -> summary.label(m.method()) + " at " + m.size() + ", seed " + m.seed())
            .distinct()
            .toList();
    return where.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The loss was not a number, so training had diverged, for "
                + String.join("; ", where)
                + ". Its accuracy counts as it was measured.");
  }

  /** Methods that lack a size's last epoch for a seed they have, but for what they refuse. */
  private Optional<String> missing() {
    if (summary.epochs().isEmpty()) {
      return Optional.of("No model was trained further.");
    }
    Map<String, List<String>> methods = new LinkedHashMap<>();
    for (String method : summary.methods()) {
      Map<String, List<Long>> seeds = new LinkedHashMap<>();
      seeds(method)
          .forEach(
              seed ->
                  gaps(method, seed)
                      .ifPresent(
                          where -> seeds.computeIfAbsent(where, w -> new ArrayList<>()).add(seed)));
      seeds.forEach(
          (where, of) ->
              methods
                  .computeIfAbsent(where, w -> new ArrayList<>())
                  .add(summary.label(method) + (of.equals(seeds(method)) ? "" : seedsOf(of))));
    }
    return methods.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Not measured to the last epoch: "
                + methods.entrySet().stream()
                    .map(e -> Methods.list(e.getValue()) + " " + e.getKey())
                    .collect(Collectors.joining("; "))
                + ".");
  }

  private static String seedsOf(List<Long> seeds) {
    return " (seed " + Methods.list(seeds.stream().map(String::valueOf).toList()) + ")";
  }

  /**
   * {@code at a and b}, or {@code at all but c} where that is shorter; empty if nothing is missing.
   */
  private Optional<String> gaps(String method, long seed) {
    Moment last = new Moment(last(method));
    Map<Boolean, List<String>> sizes =
        summary.sizes().stream()
            .filter(s -> setting.refusal(method, s).isEmpty())
            .collect(
                Collectors.partitioningBy(s -> summary.bySeed(s, method, last).containsKey(seed)));
    List<String> done = sizes.get(true);
    List<String> gaps = sizes.get(false);
    boolean few = done.isEmpty() || gaps.size() <= done.size();
    return gaps.isEmpty()
        ? Optional.empty()
        : Optional.of(few ? "at " + Methods.list(gaps) : "at all but " + Methods.list(done));
  }

  /** The epoch that a method was to be trained to. */
  private int last(String method) {
    return method.equals(Methods.SCRATCH_LONG)
        ? summary.epochs().get(summary.epochs().size() - 1)
        : summary.lastShared();
  }
}
