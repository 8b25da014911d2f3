package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.Measurement;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * When accuracy was measured.
 *
 * @param phase one of {@link Measurement}'s, or {@link #START}
 * @param epoch of ordinary training; 0 before it
 */
record Moment(String phase, int epoch) {

  /** Before ordinary training: fitted if the method has a fit, else as composed. */
  static final String START = "start";

  private static final Moment COMPOSED = new Moment(Measurement.COMPOSED, 0);
  private static final Moment FITTED = new Moment(Measurement.FITTED, 0);

  /**
   * Reads {@code composed}, {@code fitted}, {@code start}, or the number of an epoch.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static Moment parse(String text) {
    switch (text) {
      case Measurement.COMPOSED, Measurement.FITTED, START:
        return new Moment(text, 0);
      default:
        if (!text.matches("[1-9]\\d{0,3}")) {
          throw new IllegalArgumentException(
              "expected composed, fitted, start or an epoch's number, found '%s'".formatted(text));
        }
        return new Moment(Measurement.TRAINED, Integer.parseInt(text));
    }
  }

  static Moment of(Measurement measurement) {
    return new Moment(measurement.phase(), measurement.epoch());
  }

  /** The moments that it may stand for, the first that was measured counts. */
  Stream<Moment> candidates() {
    return phase.equals(START) ? Stream.of(FITTED, COMPOSED) : Stream.of(this);
  }

  /** As the head of a column. */
  @Override
  public String toString() {
    return epoch == 0 ? phase : String.format(Locale.ROOT, "epoch %d", epoch);
  }
}
