package io.github.weit.cli.report;

import io.github.weit.core.WeitException;

/**
 * Where numbers come from; stands in every row of a CSV, so that a row copied elsewhere still says
 * it.
 *
 * @param date of the run, ISO 8601, for example {@code 2027-03-01}
 * @param cpu model name of the processor
 * @param threads that the engine computed with
 * @param command line that gives these numbers again
 * @param versions of library, engine and Java, in one line
 */
public record Provenance(String date, String cpu, int threads, String command, String versions) {

  /** Checks that nothing is missing. */
  public Provenance {
    require(!date.isBlank(), "date", "a day such as 2027-03-01", date);
    require(!cpu.isBlank(), "cpu", "the processor's name", cpu);
    require(threads > 0, "threads", "1 or more", threads);
    require(!command.isBlank(), "command", "the command line", command);
    require(!versions.isBlank(), "versions", "library, engine and Java", versions);
  }

  private static void require(boolean holds, String field, String expected, Object found) {
    if (!holds) {
      throw new WeitException(field + ": expected " + expected + ", found \"" + found + "\"");
    }
  }
}
