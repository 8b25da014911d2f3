package io.github.weit.cli.report;

import io.github.weit.core.WeitException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measurements brought together: the mean over seeds for every (size, method, phase, epoch), and
 * what follows from it. Accuracies are fractions; leads are in points (hundredths). Sizes stand
 * from few parameters to many. If a run was measured twice (same method, size, seed, phase and
 * epoch), the later row counts and {@link #replaced} says how often.
 */
public final class Summary {

  /** A moment of a run; seeds apart. */
  private record Moment(String size, String method, String phase, int epoch) {}

  private final Map<Moment, Map<Long, Measurement>> moments = new LinkedHashMap<>();
  private final Map<String, Measurement> sizes = new LinkedHashMap<>();
  private final List<String> methods;
  private final List<Integer> epochs;
  private final List<Long> seeds;
  private final int replaced;

  private Summary(List<Measurement> rows) {
    int again = 0;
    for (Measurement m : rows) {
      Moment moment = new Moment(m.size(), m.method(), m.phase(), m.epoch());
      Measurement old = moments.computeIfAbsent(moment, k -> new TreeMap<>()).put(m.seed(), m);
      again += old == null ? 0 : 1;
    }
    replaced = again;
    rows.stream()
        .sorted(Comparator.comparingLong(Measurement::parameters).thenComparing(Measurement::size))
        .forEach(m -> sizes.putIfAbsent(m.size(), m));
    methods = rows.stream().map(Measurement::method).distinct().sorted(Methods.ORDER).toList();
    epochs =
        List.copyOf(
            rows.stream()
                .map(Measurement::epoch)
                .filter(e -> e > 0)
                .collect(Collectors.toCollection(TreeSet::new)));
    seeds =
        List.copyOf(
            rows.stream().map(Measurement::seed).collect(Collectors.toCollection(TreeSet::new)));
  }

  /**
   * The summary of all rows given.
   *
   * @throws WeitException if there are none, or one size name stands for models of different
   *     parameter counts
   */
  public static Summary of(List<Measurement> rows) {
    if (rows.isEmpty()) {
      throw new WeitException("No measurements to report on: expected one or more rows, found 0.");
    }
    Map<String, Measurement> first = new LinkedHashMap<>();
    for (Measurement m : rows) {
      Measurement other = first.putIfAbsent(m.size(), m);
      if (other != null && other.parameters() != m.parameters()) {
        throw new WeitException(
            String.format(
                Locale.ROOT,
                "Size %s: expected %d parameters as in its first row, found %d. One report is about"
                    + " one family of models: give other families another file.",
                m.size(),
                other.parameters(),
                m.parameters()));
      }
    }
    return new Summary(rows);
  }

  /** Names of the sizes, few parameters first. */
  public List<String> sizes() {
    return List.copyOf(sizes.keySet());
  }

  /** Names of the methods, weit first and scratch last. */
  public List<String> methods() {
    return methods;
  }

  /** Epochs of ordinary training after which anything was measured, in order. */
  public List<Integer> epochs() {
    return epochs;
  }

  /**
   * At most so many of {@link #epochs()}, 2 or more: the first, the last and others evenly between.
   */
  List<Integer> epochs(int most) {
    int n = epochs.size();
    return n <= most
        ? epochs
        : IntStream.range(0, most)
            .mapToObj(i -> epochs.get((int) Math.round(i * (n - 1) / (most - 1.0))))
            .toList();
  }

  /** The last epoch after which this method was measured at this size. */
  public OptionalInt lastEpoch(String size, String method) {
    return epochs.stream()
        .mapToInt(Integer::intValue)
        .filter(e -> accuracy(size, method, Measurement.TRAINED, e).isPresent())
        .max();
  }

  /** The last epoch after which both methods were measured at this size. */
  public OptionalInt lastCommonEpoch(String size, String method, String other) {
    return epochs.stream()
        .mapToInt(Integer::intValue)
        .filter(e -> lead(size, method, other, e).isPresent())
        .max();
  }

  /** All seeds, in order. */
  public List<Long> seeds() {
    return seeds;
  }

  /** Rows that a later row of the same moment and seed took the place of. */
  public int replaced() {
    return replaced;
  }

  /** Parameters of the dense model of this size. */
  public long parameters(String size) {
    return sizes.get(size).parameters();
  }

  /** Accuracy over seeds, a fraction; empty where nothing was measured. */
  public Optional<Statistic> accuracy(String size, String method, String phase, int epoch) {
    Map<Long, Measurement> bySeed = bySeed(size, method, phase, epoch);
    return statistic(bySeed.values().stream().map(Measurement::accuracy).toList());
  }

  /** The rows of one moment, a seed each. */
  Collection<Measurement> rows(String size, String method, String phase, int epoch) {
    return bySeed(size, method, phase, epoch).values();
  }

  /** Accuracy just before ordinary training: after fitting if there was any, else as composed. */
  public Optional<Statistic> start(String size, String method) {
    return accuracy(size, method, Measurement.FITTED, 0)
        .or(() -> accuracy(size, method, Measurement.COMPOSED, 0));
  }

  /**
   * By how many points {@code method} is ahead of {@code other} after {@code epoch} epochs of
   * ordinary training, over the seeds that both have: mean over seeds s of 100 (a_s - b_s).
   */
  public Optional<Statistic> lead(String size, String method, String other, int epoch) {
    return lead(
        bySeed(size, method, Measurement.TRAINED, epoch),
        bySeed(size, other, Measurement.TRAINED, epoch));
  }

  /** The same before any training. */
  Optional<Statistic> composedLead(String size, String method, String other) {
    return lead(
        bySeed(size, method, Measurement.COMPOSED, 0),
        bySeed(size, other, Measurement.COMPOSED, 0));
  }

  /** By how many points accuracy is above that at the start of ordinary training, over seeds. */
  Optional<Statistic> changeFromStart(String size, String method, int epoch) {
    Map<Long, Measurement> fitted = bySeed(size, method, Measurement.FITTED, 0);
    return lead(
        bySeed(size, method, Measurement.TRAINED, epoch),
        fitted.isEmpty() ? bySeed(size, method, Measurement.COMPOSED, 0) : fitted);
  }

  private static Optional<Statistic> lead(Map<Long, Measurement> a, Map<Long, Measurement> b) {
    return statistic(
        a.entrySet().stream()
            .filter(e -> b.containsKey(e.getKey()))
            .map(e -> 100 * (e.getValue().accuracy() - b.get(e.getKey()).accuracy()))
            .toList());
  }

  /** Images that the longest run from scratch saw; 0 without one. */
  long imagesOfScratch() {
    return moments.values().stream()
        .flatMap(m -> m.values().stream())
        .filter(m -> m.method().equals(Methods.SCRATCH))
        .mapToLong(Measurement::images)
        .max()
        .orElse(0);
  }

  /**
   * Epochs of ordinary training that scratch needs to reach WeiT's composed accuracy; empty if it
   * never does.
   */
  public OptionalInt epochsToReachComposed(String size) {
    Optional<Statistic> target = accuracy(size, Methods.WEIT, Measurement.COMPOSED, 0);
    return target.isEmpty()
        ? OptionalInt.empty()
        : epochsToReach(size, Methods.SCRATCH, target.get().mean());
  }

  /** The first measured epoch after which the method's mean accuracy is {@code target} or more. */
  OptionalInt epochsToReach(String size, String method, double target) {
    return epochs.stream()
        .mapToInt(Integer::intValue)
        .filter(
            e ->
                accuracy(size, method, Measurement.TRAINED, e)
                    .filter(s -> s.mean() >= target)
                    .isPresent())
        .findFirst();
  }

  /** The table for the terminal. */
  public String text() {
    return SummaryTable.of(this);
  }

  private Map<Long, Measurement> bySeed(String size, String method, String phase, int epoch) {
    return moments.getOrDefault(new Moment(size, method, phase, epoch), Map.of());
  }

  private static Optional<Statistic> statistic(List<Double> values) {
    return values.isEmpty() ? Optional.empty() : Optional.of(Statistic.of(values));
  }
}
