package io.github.weit.benchmarks.ablations;

import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.models.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows of an ablation, in a CSV file that is whole after each. */
final class AblationTable {

  private static final String HEADER =
      "ablation,variant,seed,steps,size,phase,accuracy,templates,scalers,parameters,date,cpu";

  private final Path file;
  private final List<String> lines = new ArrayList<>();

  /**
   * One model.
   *
   * @param steps of pre-training
   * @param phase composed or fitted
   * @param accuracy a fraction of the test images
   * @param templates numbers in templates, for all sizes
   * @param scalers numbers in the scalers of this size
   * @param parameters of the dense model
   */
  record Row(
      String ablation,
      String variant,
      long seed,
      long steps,
      Size size,
      String phase,
      double accuracy,
      long templates,
      long scalers,
      long parameters) {}

  AblationTable(Path file) {
    this.file = file;
    try {
      lines.addAll(Files.exists(file) ? Files.readAllLines(file) : List.of(HEADER));
    } catch (IOException e) {
      throw new WeitException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  /** Whether a model has been measured. */
  boolean has(String variant, long seed, Size size, String phase) {
    String part = ",%s,%d,".formatted(quoted(variant), seed);
    String end = ",%s,%s,".formatted(size, phase);
    return lines.stream().anyMatch(line -> line.contains(part) && line.contains(end));
  }

  void add(Row row) {
    lines.add(
        String.format(
            Locale.ROOT,
            "%s,%s,%d,%d,%s,%s,%.4f,%d,%d,%d,%s,%s",
            row.ablation(),
            quoted(row.variant()),
            row.seed(),
            row.steps(),
            row.size(),
            row.phase(),
            row.accuracy(),
            row.templates(),
            row.scalers(),
            row.parameters(),
            LocalDate.now(Clock.systemUTC()),
            quoted(RunInfo.cpu())));
    AtomicFile.writeText(file, String.join("\n", lines) + "\n");
  }

  private static String quoted(String text) {
    return text.contains(",") ? '"' + text + '"' : text;
  }
}
