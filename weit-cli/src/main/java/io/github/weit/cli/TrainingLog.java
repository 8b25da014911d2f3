package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.Evaluation;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.metrics.CsvLog;
import io.github.weit.training.metrics.StepMetrics;
import io.github.weit.training.metrics.TensorBoardLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run's numbers in a folder: {@code metrics.csv} with a row per step, {@code epochs.csv} with a
 * row per evaluation, and event files for TensorBoard. Without a folder nothing is written.
 *
 * <p>Files are opened by the first number. A run that goes on from a checkpoint continues them:
 * rows that it writes again are removed first.
 */
final class TrainingLog implements AutoCloseable {

  private static final List<String> EPOCH_COLUMNS =
      List.of("epoch", "step", "images", "loss", "top1", "top5");

  private final Optional<Path> folder;
  private Optional<Logs> logs = Optional.empty();

  private record Logs(CsvLog steps, CsvLog epochs, TensorBoardLog board) {}

  private TrainingLog(Optional<Path> folder) {
    this.folder = folder;
  }

  /**
   * @param resumed whether the folder may have the numbers of the run's first part
   * @throws WeitException if the folder has another run's numbers, or can't be written
   */
  static TrainingLog open(Optional<Path> folder, boolean resumed) {
    folder.ifPresent(
        path -> {
          Path steps = steps(path);
          if (!resumed && Files.exists(steps)) {
            throw new WeitException(
                steps + " is there already; log to another folder, or move that one away");
          }
          OutputFile.requireWritable(steps);
        });
    return new TrainingLog(folder);
  }

  private static Path steps(Path folder) {
    return folder.resolve("metrics.csv");
  }

  /**
   * The open files; the first call removes what the run writes again.
   *
   * @param nextStep the first row of steps that is still to come
   * @param nextEvaluation the step of the first evaluation that is still to come
   */
  private Optional<Logs> logs(long nextStep, long nextEvaluation) {
    if (logs.isEmpty()) {
      logs = folder.map(path -> open(path, nextStep, nextEvaluation));
    }
    return logs;
  }

  private static Logs open(Path folder, long nextStep, long nextEvaluation) {
    Path epochs = folder.resolve("epochs.csv");
    CsvLog.removeFrom(steps(folder), StepMetrics.COLUMNS, nextStep);
    CsvLog.removeFrom(epochs, EPOCH_COLUMNS, nextEvaluation);
    return new Logs(
        CsvLog.open(steps(folder), StepMetrics.COLUMNS),
        CsvLog.open(epochs, EPOCH_COLUMNS),
        TensorBoardLog.open(folder));
  }

  /** Writes every step. */
  TrainingListener listener() {
    return report ->
        logs(report.step(), report.step())
            .ifPresent(
                open -> {
                  StepMetrics.csv(open.steps()).stepped(report);
                  StepMetrics.tensorBoard(open.board(), "train").stepped(report);
                });
  }

  /** Writes what was measured after an epoch. */
  void evaluated(int epoch, long step, Evaluation result) {
    logs(step + 1, step) // the step itself is done and has its row
        .ifPresent(
            open -> {
              open.epochs()
                  .row(epoch, step, result.count(), result.loss(), result.top1(), result.top5());
              open.board().scalar("test/loss", step, result.loss());
              open.board().scalar("test/top1", step, result.top1());
            });
  }

  @Override
  public void close() {
    logs.ifPresent(
        open -> {
          open.steps().close();
          open.epochs().close();
          open.board().close();
        });
  }
}
