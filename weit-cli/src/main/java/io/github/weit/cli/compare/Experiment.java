package io.github.weit.cli.compare;

import io.github.weit.baselines.Parent;
import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.Facts;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  /** When the method that trains longer is measured; trials of others have nothing of it. */
  static final String LONG_EPOCHS = "long epochs measured";

  /**
   * Says that trials were in a table alone when these settings were first written, so that nobody
   * knows theirs.
   */
  static final String TAKEN_OVER = "taken over, of unknown settings";

  /** What the name of a parent is added to, for its hash; but templates decide all trials. */
  private static final String PARENT = "parent ";

  /** What to delete to measure everything anew. */
  private static final String EVERYTHING = Comparison.CSV + " and trials";

  private static final String SEPARATOR = " = ";

  private static final Logger LOG = LoggerFactory.getLogger(Experiment.class);

  private final Path folder;
  private final Map<String, String> asked;
  private final Claims trials;

  private Experiment(Path folder, Map<String, String> asked) {
    this.folder = folder;
    this.asked = asked;
    trials = TrialStore.claims(folder);
  }

  /**
   * Writes {@code facts} into a folder where nothing was measured and nobody measures, or makes
   * sure that those it has are the same. Facts that are new, such as another parent's, are added.
   *
   * @throws WeitException naming all facts that differ
   */
  static Experiment open(Path folder, Map<String, String> facts) {
    return inTurn(folder, () -> join(folder, facts));
  }

  /**
   * Makes sure that a folder's facts are the same as {@code facts}, and leaves them as they are:
   * for whoever measures nothing. They hold for no other process.
   *
   * @throws WeitException naming all facts that differ
   */
  static Experiment read(Path folder, Map<String, String> facts) {
    return inTurn(
        folder,
        () -> {
          Experiment experiment = new Experiment(folder, facts);
          try {
            experiment.require();
            return experiment;
          } catch (WeitException e) {
            experiment.close();
            throw e;
          }
        });
  }

  private static Experiment inTurn(Path folder, Supplier<Experiment> opening) {
    try (Claims claims = new Claims(folder.resolve("claims"))) {
      Claim turn = claims.await(FILE);
      try {
        return opening.get();
      } finally {
        turn.close();
      }
    }
  }

  private static Experiment join(Path folder, Map<String, String> facts) {
    Experiment experiment = new Experiment(folder, facts);
    try {
      experiment.write(experiment.require());
      experiment.trials.claimAny(IntStream.iterate(1, i -> i + 1).mapToObj(i -> "process " + i));
      return experiment;
    } catch (WeitException e) {
      experiment.close();
      throw e;
    }
  }

  /** All that holds, with what is new. */
  private Map<String, String> require() {
    requireSettings(folder);
    Path table = folder.resolve(Comparison.CSV);
    if (!Files.exists(folder.resolve(FILE)) && TrialStore.isAlone(table)) {
      takeOver(table);
    }
    TrialStore.adopt(table);
    boolean alone = trials.allFree();
    Map<String, String> all = new LinkedHashMap<>();
    if (!alone || TrialStore.hasTrials(folder)) {
      all.putAll(facts(folder));
    }
    if (alone) {
      all.keySet().removeIf(fact -> measuredWith(folder, fact).isEmpty());
    }
    SortedMap<String, String> differences =
        Facts.differences(common(all, asked), common(asked, all));
    if (!differences.isEmpty()) {
      throw refusal(differences);
    }
    all.putAll(asked);
    return all;
  }

  /** Before its trials get files, since trials in files need settings. */
  private void takeOver(Path table) {
    LOG.warn(
        "{} has no {} beside it: its trials are taken for those of the settings that are given now",
        table,
        FILE);
    Map<String, String> all = new LinkedHashMap<>(asked);
    all.put(TAKEN_OVER, Comparison.CSV);
    write(all);
  }

  private void write(Map<String, String> all) {
    AtomicFile.writeText(
        folder.resolve(FILE),
        all.entrySet().stream()
            .map(fact -> fact.getKey() + SEPARATOR + fact.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  private WeitException refusal(SortedMap<String, String> differences) {
    Set<String> measured = new TreeSet<>();
    differences.keySet().forEach(fact -> measured.addAll(measuredWith(folder, fact)));
    if (measured.contains(EVERYTHING)) {
      measured.retainAll(Set.of(EVERYTHING));
    }
    String all = String.join("; ", differences.values());
    return new WeitException(
        measured.isEmpty()
            ? "%s: another process measures there with other settings: %s; use another folder, or stop it first"
                .formatted(folder, all)
            : "%s: the measurements there were made with other settings: %s; use another folder, or delete %s to measure anew"
                .formatted(folder, all, String.join(", ", measured)));
  }

  /** The name of the fact that a parent's hash is. */
  static String hashOf(Parent parent) {
    return parent == Parent.TEMPLATES ? "templates" : PARENT + parent;
  }

  /**
   * Asserts that nothing has to be trained again that trials in a folder started from: they would
   * not be comparable with new ones.
   *
   * @throws WeitException naming what is missing and the trials, also if it is their settings
   */
  static void requireKept(Path folder, Parents parents, Set<Parent> missing) {
    requireSettings(folder);
    Map<String, String> known = facts(folder);
    for (Parent parent : missing) {
      Set<String> measured = measuredWith(folder, hashOf(parent));
      if (known.containsKey(hashOf(parent)) && !measured.isEmpty()) {
        throw new WeitException(
            "%s is missing, from which trials in %s started; put it back, leave its methods out, or, to train it anew, delete %s"
                .formatted(parents.file(parent), folder, String.join(", ", measured)));
      }
    }
  }

  /** Asserts that trials in files have the settings beside them that they were made with. */
  private static void requireSettings(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)
        && TrialStore.hasFiles(folder)
        && !TrialStore.isAlone(folder.resolve(Comparison.CSV))) {
      throw new WeitException(
          "%s is missing, which says what the trials in %s were made with; put it back, use another folder, or delete %s to measure anew"
              .formatted(file, folder, EVERYTHING));
    }
  }

  /**
   * What to delete in a folder so that it has no trial that a fact decides: files of methods, where
   * it decides theirs alone; nothing if there is none.
   */
  private static Set<String> measuredWith(Path folder, String fact) {
    if (!fact.startsWith(RATE_OF) && !fact.startsWith(PARENT) && !fact.equals(LONG_EPOCHS)) {
      return TrialStore.hasTrials(folder) ? Set.of(EVERYTHING) : Set.of();
    }
    return TrialStore.methods(folder).stream()
        .filter(method -> fact.equals(RATE_OF + method) || decides(fact, method))
        .map(method -> "trials/" + method + "-[0-9]*.csv")
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean decides(String fact, String method) {
    return Contender.all().stream()
        .filter(known -> known.name().equals(method))
        .anyMatch(known -> fact.equals(LONG_EPOCHS) ? known.trainsLonger() : starts(known, fact));
  }

  private static boolean starts(Contender method, String fact) {
    return method.parent().stream().anyMatch(parent -> fact.equals(PARENT + parent));
  }

  /** Those of {@code facts} whose names {@code others} have too. */
  private static Map<String, String> common(Map<String, String> facts, Map<String, String> others) {
    Map<String, String> common = new LinkedHashMap<>(facts);
    common.keySet().retainAll(others.keySet());
    return common;
  }

  /** All that is known now, also of methods that were compared in other runs. */
  Map<String, String> facts() {
    Map<String, String> all = facts(folder);
    all.putAll(asked);
    return all;
  }

  private static Map<String, String> facts(Path folder) {
    Map<String, String> facts = new LinkedHashMap<>();
    Path file = folder.resolve(FILE);
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
