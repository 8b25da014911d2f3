package io.github.weit.cli.compare;

import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.Facts;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What decides the numbers of a comparison, kept in a file beside them: trials of other templates,
 * images or recipes never get into one table. While it is open, its settings hold for every other
 * process too.
 */
final class Experiment implements AutoCloseable {

  /** The name of the file inside a comparison's folder: one {@code name = value} per line. */
  static final String FILE = "experiment.txt";

  /** How much fits learn from the full size. Earlier versions left 0 out. */
  static final String TEACHING = "fit's teaching";

  /** What the name of a method is added to, for its peak rate. */
  static final String RATE_OF = "rate of ";

  private static final String SEPARATOR = " = ";

  private final Path folder;
  private final Path file;
  private final Claims trials;

  private Experiment(Path folder) {
    this.folder = folder;
    file = folder.resolve(FILE);
    trials = TrialStore.claims(folder);
  }

  /**
   * Writes {@code facts} into a folder where nothing was measured and nobody measures, or makes
   * sure that those it has are the same. Facts that are new, such as another parent's, are added.
   *
   * @throws WeitException naming the first fact that differs
   */
  static Experiment open(Path folder, Map<String, String> facts) {
    try (Claims claims = new Claims(folder.resolve("claims"))) {
      Claim turn = claims.await(FILE);
      try {
        return join(folder, facts);
      } finally {
        turn.close();
      }
    }
  }

  private static Experiment join(Path folder, Map<String, String> facts) {
    Experiment experiment = new Experiment(folder);
    try {
      experiment.require(facts);
      experiment.trials.claimAny(IntStream.iterate(1, i -> i + 1).mapToObj(i -> "process " + i));
      return experiment;
    } catch (WeitException e) {
      experiment.close();
      throw e;
    }
  }

  private void require(Map<String, String> facts) {
    TrialStore.adopt(folder.resolve(Comparison.CSV));
    boolean measured = TrialStore.hasTrials(folder);
    boolean alone = trials.allFree();
    Map<String, String> all = new LinkedHashMap<>();
    if (measured || !alone) {
      all.putAll(facts());
    }
    if (alone) {
      Set<String> methods = TrialStore.methods(folder);
      all.keySet().removeIf(fact -> isRateOfNone(fact, methods));
    }
    Facts.difference(common(all, facts), common(facts, all))
        .ifPresent(difference -> refuse(difference, measured));
    all.putAll(facts);
    AtomicFile.writeText(
        file,
        all.entrySet().stream()
            .map(fact -> fact.getKey() + SEPARATOR + fact.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  /** The rate of a method whose trials were deleted, to measure them anew. */
  private static boolean isRateOfNone(String fact, Set<String> methods) {
    return fact.startsWith(RATE_OF) && !methods.contains(fact.substring(RATE_OF.length()));
  }

  private void refuse(String difference, boolean measured) {
    throw new WeitException(
        measured
            ? "%s: the measurements there were made with other settings: %s; use another folder, or delete %s and trials to measure anew (to change one method's rate, its trials)"
                .formatted(folder, difference, Comparison.CSV)
            : "%s: another process measures there with other settings: %s; use another folder, or stop it first"
                .formatted(folder, difference));
  }

  /** Those of {@code facts} whose names {@code others} have too. */
  private static Map<String, String> common(Map<String, String> facts, Map<String, String> others) {
    Map<String, String> common = new LinkedHashMap<>(facts);
    common.keySet().retainAll(others.keySet());
    return common;
  }

  /** All that is known now, also of methods that were compared in other runs. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return facts;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        int at = line.indexOf(SEPARATOR);
        if (at > 0) {
          facts.put(line.substring(0, at), line.substring(at + SEPARATOR.length()));
        }
      }
    } catch (IOException e) {
      throw new WeitException("cannot read %s: %s".formatted(file, e), e);
    }
    facts.putIfAbsent(TEACHING, "0.0");
    return facts;
  }

  @Override
  public void close() {
    trials.close();
  }
}
