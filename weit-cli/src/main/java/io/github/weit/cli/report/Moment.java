package io.github.weit.cli.report;

/**
 * When models are compared.
 *
 * @param epoch of ordinary training that has just ended; 0 before it
 */
record Moment(int epoch) {
  /** Before ordinary training: after fitting where a method fits, else as composed. */
  static final Moment START = new Moment(0);

  boolean isStart() {
    return epoch == 0;
  }

  /** For the head of a column. */
  String heading() {
    return isStart() ? "start" : "epoch " + epoch;
  }

  /** For the middle of a sentence. */
  String when() {
    return isStart() ? "before ordinary training" : "after epoch " + epoch;
  }
}
