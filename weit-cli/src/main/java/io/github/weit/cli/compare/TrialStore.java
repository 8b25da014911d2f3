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
import java.util.Set;
import java.util.function.Function;
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
      return method + "-" + size + "-" + seed;
    }
  }

  private static final String TRIALS = "trials";

  private static final String CSV = ".csv";

  /** The name of the file that says whether files of trials are what counts, or still the table. */
  private static final String STATE = "adopted";

  private static final String BEGUN = "begun\n";
  private static final String DONE = "done\n";

  /** The name of a trial's file: its method, which may end in a number too, its size and seed. */
  private static final Pattern FILE =
      Pattern.compile("(?<method>.+)-\\d+x\\d+(-\\d+)*-(-?\\d+)" + Pattern.quote(CSV));

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
    adopt(table);
    if (!inTable().equals(inFiles())) {
      writeTable();
    }
  }

  /**
   * Trials of a table alone, as another version or a copy has it, get their files, once: whoever
   * deletes a trial's file later wants it measured anew. Where there are files, they count.
   */
  static void adopt(Path table) {
    Path folder = table.resolveSibling(TRIALS);
    Path state = folder.resolve(STATE);
    if (isAlone(table)) {
      AtomicFile.writeText(state, BEGUN);
      adoptRows(table, folder);
      AtomicFile.writeText(state, DONE);
    } else if (!files(folder).isEmpty() && !Files.exists(state)) {
      AtomicFile.writeText(state, DONE);
    }
  }

  /** Whether a table is what counts, since its trials have no files yet, or not all of them. */
  static boolean isAlone(Path table) {
    Path folder = table.resolveSibling(TRIALS);
    Path state = folder.resolve(STATE);
    return Files.exists(table)
        && (Files.exists(state) ? text(state).equals(BEGUN) : files(folder).isEmpty());
  }

  private static void adoptRows(Path table, Path folder) {
    Map<Key, List<MeasurementCsv.Row>> trials =
        MeasurementCsv.rows(table).stream()
            .collect(
                Collectors.groupingBy(
                    row -> Key.of(row.measurement()), LinkedHashMap::new, Collectors.toList()));
    trials.forEach(
        (key, rows) -> {
          Path file = folder.resolve(key + CSV);
          if (!Files.exists(file)) {
            MeasurementCsv.write(file, rows);
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
    return Files.exists(comparison.resolve(Comparison.CSV)) || !files(folder).isEmpty();
  }

  /** Whether a comparison's folder has trials in files of their own. */
  static boolean hasFiles(Path comparison) {
    return !files(comparison.resolve(TRIALS)).isEmpty();
  }

  /** The methods that have trials in files of their own. */
  static Set<String> methods(Path comparison) {
    return files(comparison.resolve(TRIALS)).stream()
        .map(file -> FILE.matcher(file.getFileName().toString()))
        .filter(Matcher::matches)
        .map(found -> found.group("method"))
        .collect(Collectors.toSet());
  }

  /** The trials that the table has rows of. */
  private Set<String> inTable() {
    return Files.exists(table)
        ? MeasurementCsv.read(table).stream()
            .map(row -> Key.of(row).toString())
            .collect(Collectors.toSet())
        : Set.of();
  }

  private Set<String> inFiles() {
    return files(folder).stream()
        .map(file -> file.getFileName().toString())
        .map(name -> name.substring(0, name.length() - CSV.length()))
        .collect(Collectors.toSet());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new WeitException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(CSV)).sorted().toList();
    } catch (IOException e) {
      throw new WeitException("cannot list %s: %s".formatted(folder, e), e);
    }
  }

  private Path file(Key key) {
    return folder.resolve(key + CSV);
  }

  /** Where a trial that is not done is kept. */
  TrialCheckpoints checkpoints(Key key, Provenance provenance) {
    return new TrialCheckpoints(folder.resolve(key + ".checkpoint"), provenance);
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
    adopt(table); // from now on files count
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

  /** Does what only one process at a time may do, with all rows that there are then. */
  <T> T withAll(String work, Function<List<MeasurementCsv.Row>, T> action) {
    Claim turn = claims.await(work);
    try {
      return action.apply(everything());
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
