package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job at a scale that shows nothing but that every part of it runs. */
class MainJobTest {

  @Test
  void goesFromImagesToAReport(@TempDir Path folder) {
    String said = saidBy(() -> MainJob.run(folder, 3, 2, 128, 1));
    assertThat(said.lines())
        .anyMatch(line -> line.startsWith("Before ordinary training, WeiT is"))
        .anyMatch(line -> line.startsWith("WeiT "))
        .noneMatch(line -> line.contains("Optional"));
    assertThat(folder.resolve("templates.safetensors")).isNotEmptyFile();
    assertThat(folder.resolve("report.html")).isNotEmptyFile();
    List<Measurement> rows = MeasurementCsv.read(folder.resolve("compare.csv"));
    assertThat(rows.stream().map(Measurement::size).distinct())
        .containsExactly("32x4", "64x3", "96x6", "128x4");
    assertThat(rows.stream().filter(row -> row.method().equals("weit")).map(Measurement::phase))
        .contains("composed", "fitted", "trained");
  }

  private static String saidBy(Runnable job) {
    PrintStream out = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      job.run();
    } finally {
      System.setOut(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
