package io.github.weit.cli.compare;

import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.Facts;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What decides the numbers of a comparison, kept in a file beside them: trials of other templates,
 * images or recipes never get into one table.
 */
final class Experiment {

  /** The name of the file inside a comparison's folder: one {@code name = value} per line. */
  static final String FILE = "experiment.txt";

  /** How much fits learn from the full size. Earlier versions left 0 out. */
  static final String TEACHING = "fit's teaching";

  private static final String SEPARATOR = " = ";

  private Experiment() {}

  /**
   * Writes {@code facts} into a folder that has no measurements yet, or makes sure that those it
   * has were made with them. Facts that are new, such as another parent's, are added.
   *
   * @return all that is known now, also of methods that were compared in earlier runs
   * @throws WeitException naming the first fact that differs
   */
  static Map<String, String> require(Path folder, Map<String, String> facts) {
    Path file = folder.resolve(FILE);
    Map<String, String> all = new LinkedHashMap<>();
    if (Files.exists(folder.resolve(Comparison.CSV)) || TrialStore.hasTrials(folder)) {
      all.putAll(read(file));
    }
    Facts.difference(common(all, facts), common(facts, all))
        .ifPresent(
            difference -> {
              throw new WeitException(
                  "%s: the measurements there were made with other settings: %s; use another folder, or delete %s and trials to measure anew"
                      .formatted(folder, difference, Comparison.CSV));
            });
    all.putAll(facts);
    AtomicFile.writeText(
        file,
        all.entrySet().stream()
            .map(fact -> fact.getKey() + SEPARATOR + fact.getValue() + "\n")
            .collect(Collectors.joining()));
    return all;
  }

  /** Those of {@code facts} whose names {@code others} have too. */
  private static Map<String, String> common(Map<String, String> facts, Map<String, String> others) {
    Map<String, String> common = new LinkedHashMap<>(facts);
    common.keySet().retainAll(others.keySet());
    return common;
  }

  private static Map<String, String> read(Path file) {
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
}
