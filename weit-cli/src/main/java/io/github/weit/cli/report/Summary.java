package io.github.weit.cli.report;

import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measurements brought together: the mean over seeds for every (size, method, phase, epoch), and
 * what follows from it. Accuracies are fractions; leads are in points (hundredths). Sizes stand
 * from few parameters to many. If a run was measured twice (same method, size, seed, phase and
 * epoch), the later row counts and {@link #replaced} says how often. What was not measured is
 * empty, never an error.
 */
public final class Summary {

  /** Rows that differ in their seed alone. */
  private record Key(String size, String method, Moment moment) {}

  private final Map<Key, Map<Long, Measurement>> seedsOf = new LinkedHashMap<>();
  private final Map<String, Measurement> sizes = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final List<String> methods;
  private final List<Integer> epochs;
  private final List<Integer> sharedEpochs;
  private final List<Long> seeds;
  private final int replaced;

  private Summary(List<Measurement> rows, List<MethodFacts> facts) {
    int again = 0;
    for (Measurement m : rows) {
      Key key = new Key(m.size(), m.method(), new Moment(m.phase(), m.epoch()));
      Measurement old = seedsOf.computeIfAbsent(key, k -> new TreeMap<>()).put(m.seed(), m);
      again += old == null ? 0 : 1;
    }
    replaced = again;
    rows.stream()
        .sorted(Comparator.comparingLong(Measurement::parameters).thenComparing(Measurement::size))
        .forEach(m -> sizes.putIfAbsent(m.size(), m));
    facts.forEach(f -> labels.put(f.name(), f.label()));
    Comparator<String> order = Methods.order(facts.stream().map(MethodFacts::name).toList());
    methods = rows.stream().map(Measurement::method).distinct().sorted(order).toList();
    epochs = epochs(rows, m -> true);
    List<Integer> shared = epochs(rows, m -> !m.method().equals(Methods.SCRATCH_LONG));
    sharedEpochs = shared.isEmpty() ? epochs : shared;
    seeds = rows.stream().map(Measurement::seed).distinct().sorted().toList();
  }

  private static List<Integer> epochs(List<Measurement> rows, Predicate<Measurement> of) {
    Stream<Integer> epochs = rows.stream().filter(of).map(Measurement::epoch);
    return epochs.filter(e -> e > 0).distinct().sorted().toList();
  }

  /** The summary of all rows given, methods called by their usual names. */
  public static Summary of(List<Measurement> rows) {
    return of(rows, List.of());
  }

  /**
   * The summary of all rows given.
   *
   * @param facts decide what methods are called and in which order they stand
   * @throws WeitException if there are no rows, or one size name stands for models of different
   *     parameter counts
   */
  public static Summary of(List<Measurement> rows, List<MethodFacts> facts) {
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
                "Size %s: expected %d parameters as in its first row, of %s with seed %d, found %d of %s"
                    + " with seed %d. One report is about one family of models: give other"
                    + " families another file.",
                m.size(),
                other.parameters(),
                other.method(),
                other.seed(),
                m.parameters(),
                m.method(),
                m.seed()));
      }
    }
    return new Summary(rows, facts);
  }

  /** Names of the sizes, few parameters first. */
  public List<String> sizes() {
    return List.copyOf(sizes.keySet());
  }

  /** Names of the methods, weit first and scratch last. */
  public List<String> methods() {
    return methods;
  }

  /** For legends and tables. */
  String label(String method) {
    return labels.getOrDefault(method, Methods.label(method));
  }

  /** For the middle of a sentence. */
  String spoken(String method) {
    return switch (method) {
      case Methods.SCRATCH -> "training from scratch";
      case Methods.SCRATCH_LONG -> "longer training from scratch";
      default -> label(method);
    };
  }

  /** Epochs of ordinary training after which anything was measured, in order. */
  public List<Integer> epochs() {
    return epochs;
  }

  /** Those after which this method was measured, in order. */
  List<Integer> epochs(String method) {
    return epochs(rows().toList(), m -> m.method().equals(method));
  }

  /**
   * The epochs at which methods are compared: those of every method but the longer training from
   * scratch; its own if there is no other.
   */
  List<Integer> sharedEpochs() {
    return sharedEpochs;
  }

  /** The last of {@link #sharedEpochs}; 0 without any. */
  int lastShared() {
    return sharedEpochs.isEmpty() ? 0 : sharedEpochs.get(sharedEpochs.size() - 1);
  }

  /**
   * The moments at which anything was measured, at most so many of them, 3 or more: the start, the
   * first and the last of {@link #sharedEpochs} and others evenly between.
   */
  List<Moment> moments(int most) {
    List<Moment> moments = new ArrayList<>();
    if (seedsOf.keySet().stream().anyMatch(k -> k.moment().epoch() == 0)) {
      moments.add(Moment.START);
    }
    int n = sharedEpochs.size();
    int few = Math.min(n, most - 1);
    IntStream.range(0, few)
        .map(i -> few == n ? i : (int) Math.round(i * (n - 1) / (few - 1.0)))
        .forEach(i -> moments.add(new Moment(sharedEpochs.get(i))));
    return moments;
  }

  /** Start, first and last epoch, as far as they were measured. */
  List<Moment> keyMoments() {
    return moments(3);
  }

  /** The last epoch after which this method was measured at this size. */
  public OptionalInt lastEpoch(String size, String method) {
    return epochs.stream()
        .mapToInt(Integer::intValue)
        .filter(e -> accuracy(size, method, new Moment(e)).isPresent())
        .max();
  }

  /** Whether there is any row of this method at this size. */
  boolean has(String size, String method) {
    return accuracy(size, method, Moment.START).isPresent() || lastEpoch(size, method).isPresent();
  }

  /** The last epoch after which both methods were measured at this size. */
  public OptionalInt lastCommonEpoch(String size, String method, String other) {
    return epochs.stream()
        .mapToInt(Integer::intValue)
        .filter(e -> lead(size, method, other, new Moment(e)).isPresent())
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

  /** Multiply-accumulates of the dense model of this size for one image. */
  long macs(String size) {
    return sizes.get(size).macs();
  }

  /** Numbers that a method fits for a size; 0 for none. */
  public long fitted(String size, String method) {
    return rows()
        .filter(m -> m.size().equals(size) && m.method().equals(method))
        .mapToLong(Measurement::scalerParameters)
        .max()
        .orElse(0);
  }

  /** Every row that counts. */
  Stream<Measurement> rows() {
    return seedsOf.values().stream().flatMap(m -> m.values().stream());
  }

  /** Accuracy over seeds, a fraction; empty where nothing was measured. */
  public Optional<Statistic> accuracy(String size, String method, Moment moment) {
    return accuracy(bySeed(size, method, moment));
  }

  private static Optional<Statistic> accuracy(Map<Long, Measurement> rows) {
    return statistic(rows.values().stream().map(Measurement::accuracy).toList());
  }

  /** The rows of one moment, a seed each. */
  Collection<Measurement> rows(String size, String method, Moment moment) {
    return bySeed(size, method, moment).values();
  }

  /** The rows of one moment by their seeds. */
  Map<Long, Measurement> bySeed(String size, String method, Moment moment) {
    if (!moment.isStart()) {
      return seedsOf.getOrDefault(new Key(size, method, moment), Map.of());
    }
    Map<Long, Measurement> fitted = bySeed(size, method, Moment.FITTED);
    return fitted.isEmpty() ? bySeed(size, method, Moment.COMPOSED) : fitted;
  }

  /**
   * By how many points {@code method} is ahead of {@code other}, over the seeds that both have:
   * mean over seeds s of 100 (a_s - b_s).
   */
  Optional<Statistic> lead(String size, String method, String other, Moment moment) {
    return lead(bySeed(size, method, moment), bySeed(size, other, moment));
  }

  /** By how many points accuracy is above that at the start of ordinary training, over seeds. */
  Optional<Statistic> changeFromStart(String size, String method, int epoch) {
    return lead(bySeed(size, method, new Moment(epoch)), bySeed(size, method, Moment.START));
  }

  /** The same where each method has a moment of its own. */
  public Optional<Statistic> lead(
      String size, String method, Moment moment, String other, Moment otherMoment) {
    return lead(bySeed(size, method, moment), bySeed(size, other, otherMoment));
  }

  private static Optional<Statistic> lead(Map<Long, Measurement> a, Map<Long, Measurement> b) {
    return statistic(
        a.entrySet().stream()
            .filter(e -> b.containsKey(e.getKey()))
            .map(e -> 100 * (e.getValue().accuracy() - b.get(e.getKey()).accuracy()))
            .toList());
  }

  /** The text for the terminal. */
  public String text() {
    return SummaryText.of(this);
  }

  private static Optional<Statistic> statistic(List<Double> values) {
    return values.isEmpty() ? Optional.empty() : Optional.of(Statistic.of(values));
  }
}
