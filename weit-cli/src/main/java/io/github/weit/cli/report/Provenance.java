package io.github.weit.cli.report;

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
    Check.that(!date.isBlank(), "date", "a day such as 2027-03-01", date);
    Check.that(!cpu.isBlank(), "cpu", "the processor's name", cpu);
    Check.that(threads > 0, "threads", "1 or more", threads);
    Check.that(!command.isBlank(), "command", "the command line", command);
    Check.that(!versions.isBlank(), "versions", "library, engine and Java", versions);
  }
}
