package io.github.weit.cli.run;

import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.checkpoint.Facts;
import io.github.weit.models.Scalers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run wrote.
 *
 * @param steps how many were done
 * @param facts what decided it, as {@link io.github.weit.training.Resumable#facts} has them
 */
record RunResult(String steps, Map<String, String> facts) {

  private static final Logger LOG = LoggerFactory.getLogger(RunResult.class);
  private static final String STEPS = "steps";
  private static final String FIT_STEPS = "fit.steps";

  /** What a provenance says of a result beside what decided it. */
  private static final Set<String> OUTCOMES =
      Set.of(
          STEPS,
          "macs",
          FIT_STEPS,
          "fit.images",
          "test.images",
          "test.loss",
          "test.top1",
          Scalers.TEMPLATES);

  /** Of a file; empty if it is not there or no artefact. */
  static Optional<RunResult> in(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(Artefact.inspect(file)));
    } catch (WeitException e) {
      LOG.debug("{} is no result of a run: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static RunResult of(ArtefactHeader header) {
    Map<String, String> facts = new TreeMap<>(header.provenance());
    String steps = facts.getOrDefault(FIT_STEPS, facts.getOrDefault(STEPS, "unknown"));
    facts.putAll(header.model().facts());
    if (header.kind() == ArtefactHeader.Kind.TEMPLATES) { // a fit's facts name them by their hash
      header.constraint().ifPresent(constraint -> facts.putAll(constraint.facts()));
    }
    return new RunResult(steps, decisive(facts));
  }

  private static Map<String, String> decisive(Map<String, String> facts) {
    Map<String, String> decisive = new TreeMap<>(facts);
    decisive.keySet().removeAll(OUTCOMES);
    return decisive;
  }

  /** Whether a run with these facts gives it after so many steps. */
  boolean isOf(Map<String, String> run, long planned) {
    return steps.equals(Long.toString(planned))
        && Facts.differences(facts, decisive(run)).isEmpty();
  }
}
