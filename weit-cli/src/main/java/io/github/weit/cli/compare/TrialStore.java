package io.github.weit.cli.compare;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.report.Provenance;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.models.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The measurements of a comparison: a file for each trial, written when it is done, and the table
 * of all of them. Several processes may work in one folder: a trial is claimed before it is run,
 * and a claim ends with the process that holds it.
 */
final class TrialStore implements AutoCloseable {

  /** What tells trials apart. */
  record Key(String method, Size size, long seed) {

    private static Key of(Measurement row) {
      return new Key(row.method(), Size.parse(row.size()), row.seed());
    }

    @Override
    public String toString() {
      return "%s-%s-%d".formatted(method, size, seed);
    }
  }

  private static final String TRIALS = "trials";

  /** The name of the file that says that trials are what counts, and no longer the table. */
  private static final String ADOPTED = "adopted";

  /** Names of trials begin with their method's, and sizes with a number. */
  private static final Pattern METHOD = Pattern.compile("(.+?)-\\d.*");

  private static final Comparator<Measurement> ORDER =
      Comparator.comparingLong(Measurement::seed)
          .thenComparingLong(Measurement::parameters)
          .thenComparing(Measurement::method); // and within a trial as it was measured

  private final Path table;
  private final Path folder;
  private final Claims claims;

  /**
   * @param table the CSV file of all trials; the files of single trials stand in {@code trials}
   *     beside it
   */
  TrialStore(Path table) {
    this.table = table;
    this.folder = table.resolveSibling(TRIALS);
    this.claims = claims(table.toAbsolutePath().getParent());
    if (!Files.exists(folder.resolve(ADOPTED))) {
      adopt();
    }
    if (!Files.exists(table) && !files(folder).isEmpty()) {
      writeTable();
    }
  }

  /**
   * Trials of a table alone, as another version or a copy has it, get their files, once: whoever
   * deletes a trial's file later wants it measured anew.
   */
  private void adopt() {
    if (Files.exists(table)) {
      adoptTable();
    }
    AtomicFile.writeText(folder.resolve(ADOPTED), "");
  }

  private void adoptTable() {
    Map<Key, List<MeasurementCsv.Row>> trials =
        MeasurementCsv.rows(table).stream()
            .collect(
                Collectors.groupingBy(
                    row -> Key.of(row.measurement()), LinkedHashMap::new, Collectors.toList()));
    trials.forEach(
        (key, rows) -> {
          if (!Files.exists(file(key))) {
            MeasurementCsv.write(file(key), rows);
          }
        });
  }

  /** Who measures what in a comparison's folder. */
  static Claims claims(Path comparison) {
    return new Claims(comparison.resolve(TRIALS).resolve("claims"));
  }

  /** Whether a comparison's folder has trials, in files of their own or in a table alone. */
  static boolean hasTrials(Path comparison) {
    Path folder = comparison.resolve(TRIALS);
    return Files.exists(comparison.resolve(Comparison.CSV))
        || Files.isDirectory(folder) && !files(folder).isEmpty();
  }

  /** The methods that have trials; empty if only a table can tell. */
  static Optional<Set<String>> methods(Path comparison) {
    Path folder = comparison.resolve(TRIALS);
    if (!Files.exists(folder.resolve(ADOPTED))) {
      return Optional.empty();
    }
    return Optional.of(
        files(folder).stream()
            .map(file -> METHOD.matcher(file.getFileName().toString()))
            .filter(Matcher::matches)
            .map(found -> found.group(1))
            .collect(Collectors.toSet()));
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(".csv")).sorted().toList();
    } catch (IOException e) {
      throw new WeitException("cannot list %s: %s".formatted(folder, e), e);
    }
  }

  private Path file(Key key) {
    return folder.resolve(key + ".csv");
  }

  /** The rows of a trial; none if it was not run to its end. */
  List<Measurement> rows(Key key) {
    return Files.exists(file(key)) ? MeasurementCsv.read(file(key)) : List.of();
  }

  /** Every row of every trial: seed by seed, small models first, by the names of methods. */
  List<Measurement> all() {
    return everything().stream().map(MeasurementCsv.Row::measurement).toList();
  }

  private List<MeasurementCsv.Row> everything() {
    return files(folder).stream()
        .flatMap(file -> MeasurementCsv.rows(file).stream())
        .sorted(Comparator.comparing(MeasurementCsv.Row::measurement, ORDER))
        .toList();
  }

  /** Writes the rows of a trial, and the table anew. */
  void put(Key key, Provenance provenance, List<Measurement> rows) {
    MeasurementCsv.write(file(key), provenance, rows);
    writeTable();
  }

  private void writeTable() {
    Claim turn = claims.await("the table");
    try {
      MeasurementCsv.write(table, everything());
    } finally {
      turn.close();
    }
  }

  /** The right to run a trial. */
  Claim claim(Key key) {
    return claims.claim(key.toString());
  }

  @Override
  public void close() {
    claims.close();
  }
}
