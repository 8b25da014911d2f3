package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether sizes are timed, and what a prediction may take. */
final class MeasureOptions {

  private static final int MOST_IMAGES = 65_536;

  @Option(
      names = "--measure",
      paramLabel = "N",
      description =
          "Measure how long a prediction of N images takes here, at each size of the table (a second"
              + " or so each), or with --max-ms at each within the other budgets.")
  private Optional<Integer> images = Optional.empty();

  @Option(
      names = "--max-ms",
      paramLabel = "MS",
      description = "Most milliseconds of a prediction, with --measure.")
  private Optional<Double> most = Optional.empty();

  @Mixin private EngineOptions engine;

  /** Asserts that the options go together. */
  void check() {
    if (images.filter(count -> count < 1 || count > MOST_IMAGES).isPresent()) {
      throw new WeitException(
          "--measure: expected 1 to %d images, found %d".formatted(MOST_IMAGES, images.get()));
    }
    if (most.isPresent() && images.isEmpty()) {
      throw new WeitException(
          "--max-ms is of predictions that are measured: give --measure 1, or as many images as a prediction has");
    }
  }

  boolean isLimited() {
    return most.isPresent();
  }

  /**
   * What was asked for.
   *
   * @param shown how many of the rows are; the others count only if the times decide which are
   */
  Optional<PredictionTimes> times(Family family, List<SizeTable.Row> rows, int shown) {
    if (images.isEmpty()) {
      return Optional.empty();
    }
    List<Size> asked =
        rows.stream().limit(isLimited() ? rows.size() : shown).map(SizeTable.Row::size).toList();
    try (NDManager manager = engine.open()) {
      return Optional.of(PredictionTimes.measure(family, asked, images.get(), manager));
    }
  }

  /**
   * The rows that are fast enough.
   *
   * @throws WeitException if there is none, naming the fastest
   */
  List<SizeTable.Row> within(List<SizeTable.Row> rows, Optional<PredictionTimes> times) {
    if (most.isEmpty()) {
      return rows;
    }
    Map<Size, Double> known = times.orElseThrow().milliseconds();
    List<SizeTable.Row> found =
        rows.stream().filter(row -> known.get(row.size()) <= most.get()).toList();
    if (found.isEmpty()) {
      Size fastest = Collections.min(known.entrySet(), Map.Entry.comparingByValue()).getKey();
      throw new WeitException(
          "no size is predicted in %s ms here: the fastest listed, %s, takes %s"
              .formatted(most.get(), fastest, times.get().text(fastest)));
    }
    return found;
  }
}
