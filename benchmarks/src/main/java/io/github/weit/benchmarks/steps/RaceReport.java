package io.github.weit.benchmarks.steps;

import io.github.weit.benchmarks.Quartiles;
import io.github.weit.core.files.AtomicFile;
import java.nio.file.Path;
import java.util.Locale;

/** A race's result as CSV and as text. Nothing that is written needs quotes. */
final class RaceReport {

  private final RaceResult result;

  RaceReport(RaceResult result) {
    this.result = result;
  }

  /** The file of the summary that belongs to a file of turns: FILE-summary.csv for FILE.csv. */
  static Path summaryFile(Path turns) {
    String name = turns.getFileName().toString().replaceFirst("\\.csv$", "");
    return turns.resolveSibling(name + "-summary.csv");
  }

  /** Writes both files. */
  void write(Path turns) {
    AtomicFile.writeText(turns, turns());
    AtomicFile.writeText(summaryFile(turns), summary());
  }

  /** A row for each arm and round, below the notes. */
  String turns() {
    StringBuilder csv = notes().append("race,round,arm,steps,milliseconds\n");
    for (RaceResult.Turn turn : result.turns()) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%s,%d,%.3f\n",
              result.race(),
              turn.round(),
              turn.arm(),
              turn.steps(),
              turn.milliseconds()));
    }
    return csv.toString();
  }

  /** A row for each arm, below the notes. */
  String summary() {
    StringBuilder csv =
        notes().append("race,arm,base,ratio,lower_quartile,upper_quartile,rounds\n");
    for (Arm arm : result.arms()) {
      Quartiles ratio = result.ratio(arm);
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%.4f,%.4f,%.4f,%d\n",
              result.race(),
              arm,
              result.base(),
              ratio.median(),
              ratio.lower(),
              ratio.upper(),
              result.rounds()));
    }
    return csv.toString();
  }

  /** The ratios as a table for people. */
  String text() {
    int width = result.arms().stream().mapToInt(arm -> arm.toString().length()).max().orElse(0);
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "times a step of %s takes, median and quartiles of %d rounds\n",
                result.base(),
                result.rounds()));
    for (Arm arm : result.arms()) {
      Quartiles ratio = result.ratio(arm);
      text.append(
          String.format(
              Locale.ROOT,
              "  %-" + width + "s  %6.3f  (%.3f to %.3f)\n",
              arm,
              ratio.median(),
              ratio.lower(),
              ratio.upper()));
    }
    return text.toString();
  }

  private StringBuilder notes() {
    StringBuilder lines = new StringBuilder();
    result.notes().forEach(note -> lines.append("# ").append(note).append('\n'));
    return lines;
  }
}
