package io.github.weit.cli.run;

import io.github.weit.training.StepReport;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.metrics.Progress;
import java.io.Console;
import java.io.PrintStream;

/** Progress for a person: one line that renews itself on a terminal, else a line now and then. */
public final class TrainingLines implements TrainingListener {

  private static final long TERMINAL_NANOS = 250_000_000L;
  private static final long LOG_NANOS = 15_000_000_000L;

  /** Back to the first column, clear the line, and cut what is too long instead of wrapping it. */
  private static final String RENEW = "\r\033[K\033[?7l";

  private static final String WRAP_AGAIN = "\033[?7h";

  private final PrintStream out;
  private final String label;
  private final boolean terminal;
  private long last = System.nanoTime();

  public TrainingLines(PrintStream out, String label, boolean terminal) {
    this.out = out;
    this.label = label;
    this.terminal = terminal;
  }

  /** Lines on standard output, renewed if it is a terminal. */
  public static TrainingLines onOutput(String label) {
    return new TrainingLines(System.out, label, isTerminal());
  }

  /** Whether a person looks on. From Java 22 on there is a console where there is no terminal. */
  public static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // before Java 22
    }
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
      out.print(RENEW + line + WRAP_AGAIN + (end ? "\n" : ""));
      out.flush();
    } else {
      out.println(line);
    }
  }
}
