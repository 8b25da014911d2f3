package io.github.weit.core.checkpoint;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What decides a run's result, by name, compared with what it was in an earlier one. */
public final class Facts {

  private Facts() {}

  /**
   * The first fact of {@code now} that was another then, as {@code "seed was 1 and is now 2"}, else
   * the first of {@code then} that is none now. One that was not recorded then counts as another.
   */
  public static Optional<String> difference(Map<String, String> then, Map<String, String> now) {
    return Stream.concat(now.keySet().stream(), then.keySet().stream())
        .filter(name -> !Objects.equals(then.get(name), now.get(name)))
        .findFirst()
        .map(
            name ->
                "%s was %s and is now %s"
                    .formatted(
                        name, then.getOrDefault(name, "unknown"), now.getOrDefault(name, "none")));
  }
}
