package io.github.weit.benchmarks.steps;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.List;

/**
 * How a race is run.
 *
 * @param threads of every arm
 * @param rounds in each of which every arm has one turn
 * @param warmupSeconds that every arm runs for before the first round, at least
 * @param turnSeconds how long a turn is meant to take; it has no fewer than 3 steps
 * @param mallocForAll whether every arm gets the malloc settings of ours
 * @param javaOptions for the processes of ours
 * @param python the interpreter of timm's arms
 * @param timmScript what it runs
 * @param seed of weights and images
 */
record RaceOptions(
    int threads,
    int rounds,
    double warmupSeconds,
    double turnSeconds,
    boolean mallocForAll,
    List<String> javaOptions,
    String python,
    Path timmScript,
    Seed seed) {

  private static final int LEAST_STEPS = 3;
  private static final int MOST_STEPS = 10_000;

  RaceOptions {
    javaOptions = List.copyOf(javaOptions);
    if (threads < 1 || rounds < 1) {
      throw new WeitException(
          "threads and rounds must be at least 1, found " + threads + " and " + rounds);
    }
    if (!(warmupSeconds >= 0) || !(turnSeconds >= 0)) {
      throw new WeitException(
          "seconds of warm-up and of a turn must be 0 or more, found "
              + warmupSeconds
              + " and "
              + turnSeconds);
    }
  }

  /** Steps that take about {@code seconds}. */
  static int steps(double seconds, double millisecondsPerStep) {
    long steps = Math.round(seconds * 1000 / millisecondsPerStep);
    return (int) Math.max(LEAST_STEPS, Math.min(MOST_STEPS, steps));
  }
}
