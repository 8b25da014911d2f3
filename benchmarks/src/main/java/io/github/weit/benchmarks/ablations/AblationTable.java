package io.github.weit.benchmarks.ablations;

import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.models.Size;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rows of an ablation, in a CSV file that is whole after each; several processes may add to it.
 * A row is known by all that decides it, the file of templates included.
 */
final class AblationTable {

  private static final String HEADER =
      "ablation,variant,seed,steps,learnt,size,phase,precision,"
          + "accuracy,templates,scalers,parameters,date,cpu";

  private final Path file;

  /**
   * What one model is known by.
   *
   * @param learnt what tells the file of templates from others, the beginning of its hash
   * @param phase composed or fitted
   * @param precision of steps, of the fit alone where templates were there already
   */
  record Model(
      String variant, long seed, String learnt, Size size, String phase, Precision precision) {}

  /**
   * One model, and what was measured.
   *
   * @param steps of pre-training
   * @param accuracy a fraction of the test images
   * @param templates numbers in templates, for all sizes
   * @param scalers numbers in the scalers of this size
   * @param parameters of the dense model
   */
  record Row(
      String ablation,
      Model model,
      long steps,
      double accuracy,
      long templates,
      long scalers,
      long parameters) {}

  AblationTable(Path file) {
    this.file = file;
    List<String> lines = lines();
    if (!lines.get(0).equals(HEADER)) {
      throw new WeitException(
          "%s: expected the columns %s, found %s; move the file away"
              .formatted(file, HEADER, lines.get(0)));
    }
  }

  private List<String> lines() {
    try {
      return new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of(HEADER));
    } catch (IOException e) {
      throw new WeitException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  /** Whether a model has been measured. */
  boolean has(Model model) {
    String part = ",%s,%d,".formatted(quoted(model.variant()), model.seed());
    String end =
        ",%s,%s,%s,%s,".formatted(model.learnt(), model.size(), model.phase(), model.precision());
    return lines().stream().anyMatch(line -> line.contains(part) && line.contains(end));
  }

  /** Adds a row to those that are there by now. */
  void add(Row row) {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // until the channel is closed
      write(row);
    } catch (IOException e) {
      throw new WeitException("cannot add to %s: %s".formatted(file, e), e);
    }
  }

  private void write(Row row) {
    List<String> lines = lines();
    Model model = row.model();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s,%s,%d,%d,%s,%s,%s,%s,%.4f,%d,%d,%d,%s,%s",
            row.ablation(),
            quoted(model.variant()),
            model.seed(),
            row.steps(),
            model.learnt(),
            model.size(),
            model.phase(),
            model.precision(),
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
