package io.github.weit.cli.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A number at each of several sizes, most often a difference in points, and how to speak of it. */
public final class BySize {
  /** Of binary fractions. */
  private static final double NOISE = 1e-9;

  /** Differences that are printed as 0.0 are none. */
  private static final double NOTHING = 0.05 - NOISE;

  private final Map<String, Statistic> points = new LinkedHashMap<>();

  /** Takes the sizes for which there is a value. */
  public BySize(List<String> sizes, Function<String, Optional<Statistic>> value) {
    sizes.forEach(s -> value.apply(s).ifPresent(v -> points.put(s, v)));
  }

  public boolean isEmpty() {
    return points.isEmpty();
  }

  /** Mean over sizes of the mean over seeds. */
  public double mean() {
    return points.values().stream().mapToDouble(Statistic::mean).average().orElse(Double.NaN);
  }

  /** How many sizes there are. */
  public int size() {
    return points.size();
  }

  /** The values, in the order of the sizes. */
  public Collection<Statistic> values() {
    return points.values();
  }

  /** Sizes below zero. */
  List<String> negative() {
    return where(s -> s.mean() <= -NOTHING);
  }

  /** Sizes below zero by half a point, or by more than chance among seeds. */
  List<String> clearlyNegative() {
    return where(s -> s.mean() <= -0.5 + NOISE || s.mean() <= -NOTHING && s.clear());
  }

  /** Sizes above zero, by 0.05 or more. */
  public List<String> positive() {
    return where(s -> s.mean() >= NOTHING);
  }

  /** -1, 0 or 1: the mean is below, about or above zero. */
  int sign() {
    return Math.abs(mean()) < NOTHING ? 0 : mean() < 0 ? -1 : 1;
  }

  /** {@code 4/5}: above zero at four of five sizes. */
  String wins() {
    return positive().size() + "/" + size();
  }

  boolean allNegative() {
    return negative().size() == points.size();
  }

  /** {@code 64x6}, {@code both sizes}, {@code all five sizes}. */
  String every() {
    return switch (points.size()) {
      case 1 -> points.keySet().iterator().next();
      case 2 -> "both sizes";
      default -> "all " + Numbers.word(points.size()) + " sizes";
    };
  }

  /**
   * {@code 2.0 points}, or {@code 7.0 points on average (from 4.0 at b to 10.0 at a)}; without
   * signs.
   */
  String amount() {
    String average = Numbers.points(Math.abs(mean())) + " points";
    if (points.size() == 1) {
      return average;
    }
    Comparator<String> small = Comparator.comparing(s -> Math.abs(points.get(s).mean()));
    String least = points.keySet().stream().min(small).orElseThrow();
    String most = points.keySet().stream().max(small).orElseThrow();
    return average + " on average (from " + at(least) + " to " + at(most) + ")";
  }

  /** {@code a (-1.2) and b (-0.4)}. */
  String named(List<String> sizes) {
    return Methods.list(
        sizes.stream().map(s -> s + " (" + Numbers.signed(points.get(s).mean()) + ")").toList());
  }

  /** Where {@code who}, who leads by these points, is ahead of or behind {@code other}. */
  String standing(String who, String other) {
    List<String> behind = negative();
    List<String> ahead = positive();
    if (ahead.isEmpty() && behind.isEmpty()) {
      return who + " is level with " + other + " at " + every() + ".";
    }
    if (behind.isEmpty() || allNegative()) {
      String place = behind.isEmpty() ? " is ahead of " : " is behind ";
      return who + place + other + " at " + every() + ", by " + amount() + ".";
    }
    return who
        + " is ahead of "
        + other
        + " at "
        + Numbers.word(ahead.size())
        + " of "
        + Numbers.word(points.size())
        + " sizes and behind it at "
        + named(behind)
        + "; on average it is "
        + (mean() < 0 ? "behind" : "ahead")
        + " by "
        + Numbers.points(Math.abs(mean()))
        + " points.";
  }

  /** At how many of the sizes with several seeds the differences are more than chance. */
  String certainty() {
    List<String> several = where(s -> s.n() > 1);
    int n = several.size();
    if (n == 0) {
      return "With one seed, no interval can be given.";
    }
    if (n == size() && values().stream().allMatch(s -> s.deviation() == 0)) {
      return "It is the same for every seed.";
    }
    int clear = where(Statistic::clear).size();
    String verdict = clear == 0 ? "includes zero" : "leaves out zero";
    String interval = "The 95 % interval over seeds " + verdict;
    if (n == 1) {
      return interval + (size() == 1 ? "." : " at " + several.get(0) + "; elsewhere is one seed.");
    }
    String them = n == size() ? "them" : "the " + Numbers.word(n) + " sizes with several seeds";
    return interval
        + " at "
        + (clear == 0 || clear == n ? "each" : Numbers.word(clear))
        + " of "
        + them
        + ".";
  }

  private String at(String size) {
    return Numbers.points(Math.abs(points.get(size).mean())) + " at " + size;
  }

  private List<String> where(Predicate<Statistic> holds) {
    return points.keySet().stream().filter(s -> holds.test(points.get(s))).toList();
  }
}
