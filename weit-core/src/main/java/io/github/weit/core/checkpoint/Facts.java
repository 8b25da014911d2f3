package io.github.weit.core.checkpoint;

import java.util.Map;
import java.util.Optional;

/** What decides a run's result, by name, compared with what it was in an earlier one. */
public final class Facts {

  private Facts() {}

  /**
   * The first fact of {@code now} that was another then, as {@code "seed was 1 and is now 2"}. One
   * that was not recorded then counts as another, one that is not asked for now does not.
   */
  public static Optional<String> difference(Map<String, String> then, Map<String, String> now) {
    for (Map.Entry<String, String> fact : now.entrySet()) {
      String before = then.getOrDefault(fact.getKey(), "unknown");
      if (!before.equals(fact.getValue())) {
        return Optional.of(
            "%s was %s and is now %s".formatted(fact.getKey(), before, fact.getValue()));
      }
    }
    return Optional.empty();
  }
}
