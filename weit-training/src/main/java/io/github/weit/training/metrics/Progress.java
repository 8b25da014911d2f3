package io.github.weit.training.metrics;

import io.github.weit.training.StepReport;
import java.time.Duration;
import java.util.Locale;

/** A step as one line of text; where the line goes is the caller's. */
public final class Progress {

  private Progress() {}

  /**
   * For example {@code " 120/2500 4.8% loss 2.3013 rate 9.80e-04 norm 1.21 6.15 steps/s 6m 27s
   * left"}. Lines of one run are aligned up to the loss.
   */
  public static String line(StepReport report) {
    String steps = Long.toString(report.steps());
    return String.format(
        Locale.ROOT,
        "%" + steps.length() + "d/%s %5.1f%%  loss %.4f  rate %.2e  norm %.2f  %s steps/s  %s left",
        report.step(),
        steps,
        100.0 * report.step() / report.steps(),
        report.loss(),
        report.learningRate(),
        report.gradientNorm(),
        speed(report.stepsPerSecond()),
        time(report.remaining()));
  }

  /** Three digits that matter, as far as a speed has them. */
  private static String speed(double perSecond) {
    int decimals = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : perSecond >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", perSecond);
  }

  /** The two largest units: {@code 42s}, {@code 6m 27s}, {@code 3h 05m}, {@code 2d 04h}. */
  static String time(Duration duration) {
    long seconds = duration.plusMillis(500).toSeconds();
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%dm %02ds", seconds / 60, seconds % 60);
    }
    if (seconds < 86400) {
      return String.format(Locale.ROOT, "%dh %02dm", seconds / 3600, seconds / 60 % 60);
    }
    return String.format(Locale.ROOT, "%dd %02dh", seconds / 86400, seconds / 3600 % 24);
  }
}
