package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.training.Evaluation;
import io.github.weit.training.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {

  private static final Evaluation RESULT = new Evaluation(10, 0.5, 0.8, 0.9);

  @TempDir private Path folder;

  private void steps(TrainingLog log, long from, long to) {
    for (long step = from; step <= to; step++) {
      log.listener().stepped(new StepReport(step, 9, 1, 0.1, 2, 3, Duration.ZERO));
    }
  }

  private List<String> column(String file, int column) throws IOException {
    return Files.readAllLines(folder.resolve(file)).stream()
        .skip(1)
        .map(row -> row.split(",")[column])
        .toList();
  }

  /** Epochs of three steps; the first part ended after step 5 or, measured, after step 6. */
  private void firstPart() {
    try (TrainingLog log = TrainingLog.open(Optional.of(folder), false)) {
      steps(log, 1, 3);
      log.evaluated(1, 3, RESULT);
      steps(log, 4, 6);
      log.evaluated(2, 6, RESULT);
    }
  }

  @Test
  void aRunThatGoesOnInsideAnEpochWritesItsStepsOnce() throws IOException {
    firstPart();
    try (TrainingLog log = TrainingLog.open(Optional.of(folder), true)) {
      steps(log, 5, 6);
      log.evaluated(2, 6, RESULT);
    }
    assertThat(column("metrics.csv", 0)).containsExactly("1", "2", "3", "4", "5", "6");
    assertThat(column("epochs.csv", 1)).containsExactly("3", "6");
  }

  @Test
  void aRunThatGoesOnAtTheEndOfAnEpochKeepsItsLastStep() throws IOException {
    firstPart();
    try (TrainingLog log = TrainingLog.open(Optional.of(folder), true)) {
      log.evaluated(2, 6, RESULT);
      steps(log, 7, 7);
    }
    assertThat(column("metrics.csv", 0)).containsExactly("1", "2", "3", "4", "5", "6", "7");
    assertThat(column("epochs.csv", 1)).containsExactly("3", "6");
  }
}
