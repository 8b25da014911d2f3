package io.github.weit.cli.run;

import io.github.weit.training.StepReport;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.metrics.Progress;
import java.io.PrintStream;

/** Progress for a person: one line that renews itself on a terminal, else a line now and then. */
public final class TrainingLines implements TrainingListener {

  private static final long TERMINAL_NANOS = 250_000_000L;
  private static final long LOG_NANOS = 15_000_000_000L;

  private final PrintStream out;
  private final String label;
  private final boolean terminal;
  private long last = System.nanoTime();

  public TrainingLines(PrintStream out, String label, boolean terminal) {
    this.out = out;
    this.label = label;
    this.terminal = terminal;
  }

  @Override
  public void stepped(StepReport report) {
    long now = System.nanoTime();
    boolean end = report.step() == report.steps();
    if (!end && now - last < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
      return;
    }
    last = now;
    String line = label + "  " + Progress.line(report);
    if (terminal) {
      out.print("\r" + line + "\033[K" + (end ? "\n" : ""));
      out.flush();
    } else {
      out.println(line);
    }
  }
}
