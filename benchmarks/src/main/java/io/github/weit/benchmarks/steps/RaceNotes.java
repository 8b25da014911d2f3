package io.github.weit.benchmarks.steps;

import io.github.weit.cli.run.RunInfo;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;

/** What stands above a race's rows, beside a line for each arm. */
final class RaceNotes {

  private RaceNotes() {}

  static List<String> of(RaceOptions options) {
    return List.of(
        "date " + LocalDate.now(Clock.systemUTC()),
        "cpu " + RunInfo.cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores",
        "threads " + options.threads(),
        "seed " + options.seed().value(),
        "weit " + RunInfo.weitVersion() + ", java options " + options.javaOptions());
  }
}
