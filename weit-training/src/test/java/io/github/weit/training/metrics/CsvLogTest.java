package io.github.weit.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import io.github.weit.training.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvLogTest {
  @TempDir Path folder;

  @Test
  void rowsAreOnDiskAtOnceUnderTheHeader() throws IOException {
    Path file = folder.resolve("new/log.csv");
    try (CsvLog log = CsvLog.open(file, List.of("step", "loss"))) {
      log.row(1, 0.5);
      assertThat(file).hasContent("step,loss\n1,0.5\n");
      log.row(2L, 1e-7f);
    }
    assertThat(Files.readString(file)).isEqualTo("step,loss\n1,0.5\n2,1.0E-7\n");
  }

  @Test
  void anInterruptedThreadsRowsAreWritten() throws IOException {
    Path file = folder.resolve("log.csv");
    Thread.currentThread().interrupt();
    try (CsvLog log = CsvLog.open(file, List.of("step", "loss"))) {
      log.row(1, 0.5);
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Files.readString(file)).isEqualTo("step,loss\n1,0.5\n");
  }

  @Test
  void fieldsAreQuotedWhereTheyMustBe() throws IOException {
    Path file = folder.resolve("log.csv");
    try (CsvLog log = CsvLog.open(file, List.of("a,b", "c"))) {
      log.row("says \"no\"", "two\nlines");
    }
    try (CsvLog log = CsvLog.open(file, List.of("a,b", "c"))) {
      log.row("", "plain");
    }
    assertThat(Files.readString(file))
        .isEqualTo("\"a,b\",c\n\"says \"\"no\"\"\",\"two\nlines\"\n,plain\n");
  }

  @Test
  void aFileIsContinuedAndARowCutOffInTheMiddleIsDropped() throws IOException {
    Path file = folder.resolve("log.csv");
    Files.writeString(file, "a,b\n1,2\n3,\"cut\n");
    try (CsvLog log = CsvLog.open(file, List.of("a", "b"))) {
      log.row(5, 6);
    }
    assertThat(Files.readString(file)).isEqualTo("a,b\n1,2\n5,6\n");
    Files.writeString(file, "7,8", StandardOpenOption.APPEND);
    try (CsvLog log = CsvLog.open(file, List.of("a", "b"))) {
      log.row(9, 10);
    }
    assertThat(Files.readString(file)).isEqualTo("a,b\n1,2\n5,6\n9,10\n");
  }

  @Test
  void anEmptyFileOrAHeaderCutOffInTheMiddleBeginsAnew() throws IOException {
    Path file = folder.resolve("log.csv");
    for (String start : List.of("", "ste", "step,loss")) {
      Files.writeString(file, start);
      CsvLog.open(file, List.of("step", "loss")).close();
      assertThat(Files.readString(file)).isEqualTo("step,loss\n");
    }
  }

  @Test
  void anotherHeaderIsRefusedAndTheFileKept() throws IOException {
    Path file = folder.resolve("log.csv");
    Files.writeString(file, "step,accuracy\r\n1,2\r\n");
    assertThatThrownBy(() -> CsvLog.open(file, List.of("step", "loss")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("expected 'step,loss', found 'step,accuracy'")
        .hasMessageContaining("log.csv");
    assertThat(Files.readString(file)).isEqualTo("step,accuracy\r\n1,2\r\n");
  }

  @Test
  void aRowOfAnotherWidthIsRefused() {
    try (CsvLog log = CsvLog.open(folder.resolve("log.csv"), List.of("a", "b"))) {
      assertThatThrownBy(() -> log.row(1)).hasMessageContaining("1 values for 2 columns");
    }
  }

  @Test
  void stepsAreLoggedTheSameInEveryLocale() throws IOException {
    Path file = folder.resolve("steps.csv");
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try (CsvLog log = CsvLog.open(file, StepMetrics.COLUMNS)) {
      StepMetrics.csv(log).stepped(new StepReport(3, 9, 1.5, 1e-3, 0.25, 8, Duration.ZERO));
    } finally {
      Locale.setDefault(before);
    }
    assertThat(Files.readString(file))
        .isEqualTo(
            "step,loss,learning_rate,gradient_norm,steps_per_second\n3,1.5,0.001,0.25,8.0\n");
  }
}
