package io.github.weit.training.metrics;

import io.github.weit.training.StepReport;
import io.github.weit.training.TrainingListener;
import java.util.List;

/** Listeners that write a run's steps to logs. */
public final class StepMetrics {

  /** The columns of {@link #csv}. */
  public static final List<String> COLUMNS =
      List.of("step", "loss", "learning_rate", "gradient_norm", "steps_per_second");

  private StepMetrics() {}

  /** One row per step; {@code log} was opened with {@link #COLUMNS} and stays open. */
  public static TrainingListener csv(CsvLog log) {
    return new TrainingListener() {
      @Override
      public void stepped(StepReport r) {
        log.row(r.step(), r.loss(), r.learningRate(), r.gradientNorm(), r.stepsPerSecond());
      }
    };
  }

  /**
   * The curves {@code PREFIX/loss}, {@code PREFIX/learning_rate}, {@code PREFIX/gradient_norm} and
   * {@code PREFIX/steps_per_second}; {@code log} stays open.
   */
  public static TrainingListener tensorBoard(TensorBoardLog log, String prefix) {
    return new TrainingListener() {
      @Override
      public void stepped(StepReport r) {
        log.scalar(prefix + "/loss", r.step(), r.loss());
        log.scalar(prefix + "/learning_rate", r.step(), r.learningRate());
        log.scalar(prefix + "/gradient_norm", r.step(), r.gradientNorm());
        log.scalar(prefix + "/steps_per_second", r.step(), r.stepsPerSecond());
      }
    };
  }
}
