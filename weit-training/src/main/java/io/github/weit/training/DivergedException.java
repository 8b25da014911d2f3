package io.github.weit.training;

import io.github.weit.core.WeitException;
import java.util.Locale;

/**
 * A loss or a gradient was not a finite number. The leaves are those of the last good step: nothing
 * was applied.
 */
public final class DivergedException extends WeitException {
  private static final long serialVersionUID = 1L;

  private final long step;

  DivergedException(long step, String what, double value, double lastLoss, double learningRate) {
    super(
        String.format(
            Locale.ROOT,
            "training diverged at step %d: the %s is %s (last finite loss %s, learning rate %.3g);"
                + " the weights are still those of step %d. Try a lower learning rate, a longer"
                + " warm-up or a smaller clipping norm, and check the data for values that are not"
                + " finite",
            step,
            what,
            value,
            Double.isNaN(lastLoss) ? "none" : String.format(Locale.ROOT, "%.6g", lastLoss),
            learningRate,
            step));
    this.step = step;
  }

  private DivergedException(DivergedException cause, String note) {
    super(cause.getMessage() + ". " + note, cause);
    step = cause.step;
  }

  /** The same with one more sentence: what was trained, or where to go on. */
  public DivergedException noting(String sentence) {
    return new DivergedException(this, sentence);
  }

  /** The step that was not applied. */
  public long step() {
    return step;
  }
}
