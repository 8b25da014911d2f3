package io.github.weit.cli.report;

/**
 * When a model was measured.
 *
 * @param phase one of {@link Measurement}'s, or {@code start}
 * @param epoch of ordinary training that has just ended; 0 before it
 */
public record Moment(String phase, int epoch) {
  /** Before ordinary training: after fitting where a method fits, else as composed. */
  public static final Moment START = new Moment("start", 0);

  public static final Moment COMPOSED = new Moment(Measurement.COMPOSED, 0);
  public static final Moment FITTED = new Moment(Measurement.FITTED, 0);

  /** After an epoch of ordinary training; before the first, 0, it is {@link #START}. */
  public Moment(int epoch) {
    this(epoch == 0 ? START.phase : Measurement.TRAINED, epoch);
  }

  boolean isStart() {
    return equals(START);
  }

  /** For the head of a column. */
  public String heading() {
    return epoch == 0 ? phase : "epoch " + epoch;
  }

  /** For the middle of a sentence. */
  String when() {
    return epoch == 0 ? "before ordinary training" : "after epoch " + epoch;
  }
}
