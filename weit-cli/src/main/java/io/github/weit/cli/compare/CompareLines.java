package io.github.weit.cli.compare;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.Moment;
import io.github.weit.cli.report.Numbers;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.training.TrainingListener;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells a person how a comparison gets on. */
public final class CompareLines implements Comparison.Observer, CompareJob.PretrainObserver {

  private final PrintStream out;
  private final boolean terminal;

  /**
   * @param terminal whether lines can renew themselves
   */
  public CompareLines(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public TrainingListener pretraining(String what) {
    return new TrainingLines(out, "pre-training " + what, terminal);
  }

  @Override
  public void waiting(String what) {
    out.println("waiting: another process pre-trains " + what);
  }

  @Override
  public void taken(String sentence) {
    out.println(sentence);
  }

  @Override
  public void elsewhere(long trials) {
    out.println(
        trials == 1
            ? "1 trial is still at another process, whose report will have it"
            : trials + " trials are still at other processes, whose reports will have them");
  }

  @Override
  public void unmeasured(Map<String, Long> trials) {
    out.println(
        trials.entrySet().stream()
            .map(
                of ->
                    of.getValue()
                        + (of.getValue() == 1 ? " trial of " : " trials of ")
                        + of.getKey())
            .collect(Collectors.joining(", ", "not measured yet: ", "")));
  }

  @Override
  public void adapting(String learntOn, ImageTransfer transfer, Size size) {
    out.printf(
        Locale.ROOT,
        "what methods start from was learnt on %s (%s); %s%n",
        learntOn,
        transfer.from(),
        transfer.parts(size));
  }

  @Override
  public TrainingListener starting(int index, int count, String method, Size size, long seed) {
    String label = "[%s/%s] %s %s seed %s".formatted(index, count, size, method, seed);
    return new TrainingLines(out, label, terminal);
  }

  @Override
  public void finished(List<Measurement> rows) {
    Measurement first = rows.get(0);
    String measured =
        rows.stream()
            .map(
                row ->
                    new Moment(row.phase(), row.epoch()).heading()
                        + " "
                        + Numbers.percent(row.accuracy()))
            .collect(Collectors.joining(", "));
    out.printf(
        Locale.ROOT,
        "%s %s seed %d: %s %% correct%n",
        first.size(),
        first.method(),
        first.seed(),
        measured);
  }
}
