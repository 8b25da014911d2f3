package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.Evaluation;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.metrics.CsvLog;
import io.github.weit.training.metrics.StepMetrics;
import io.github.weit.training.metrics.TensorBoardLog;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run's numbers in a folder: {@code metrics.csv} with a row per step, {@code epochs.csv} with a
 * row per evaluation, and an event file for TensorBoard. Without a folder nothing is written.
 */
final class TrainingLog implements AutoCloseable {

  private static final List<String> EPOCH_COLUMNS =
      List.of("epoch", "step", "images", "loss", "top1", "top5");

  private final Optional<Logs> logs;

  private record Logs(CsvLog steps, CsvLog epochs, TensorBoardLog board) {}

  private TrainingLog(Optional<Logs> logs) {
    this.logs = logs;
  }

  /**
   * @throws WeitException if the folder has another run's numbers, or can't be written
   */
  static TrainingLog open(Optional<Path> folder) {
    return new TrainingLog(folder.map(TrainingLog::open));
  }

  private static Logs open(Path folder) {
    Path steps = folder.resolve("metrics.csv");
    if (Files.exists(steps)) {
      throw new WeitException(
          steps + " is there already; log to another folder, or move that one away");
    }
    OutputFile.requireWritable(steps);
    try {
      return new Logs(
          CsvLog.open(steps, StepMetrics.COLUMNS),
          CsvLog.open(folder.resolve("epochs.csv"), EPOCH_COLUMNS),
          TensorBoardLog.open(folder));
    } catch (UncheckedIOException e) {
      throw new WeitException(e.getMessage() + ": " + e.getCause().getMessage(), e);
    }
  }

  /** Writes every step. */
  TrainingListener listener() {
    return logs.map(
            open ->
                TrainingListener.all(
                    StepMetrics.csv(open.steps()), StepMetrics.tensorBoard(open.board(), "train")))
        .orElse(TrainingListener.NONE);
  }

  /** Writes what was measured after an epoch. */
  void evaluated(int epoch, long step, Evaluation result) {
    logs.ifPresent(
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
