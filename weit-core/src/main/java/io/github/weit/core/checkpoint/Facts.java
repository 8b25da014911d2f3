package io.github.weit.core.checkpoint;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What decides a run's result, by name, compared with what it was in an earlier one. */
public final class Facts {

  private Facts() {}

  /**
   * The facts that are not the same, by name, each as {@code "seed was 1 and is now 2"}. One that
   * was not recorded then counts as another, and so does one that is none now.
   */
  public static SortedMap<String, String> differences(
      Map<String, String> then, Map<String, String> now) {
    SortedMap<String, String> differences = new TreeMap<>();
    Stream.concat(now.keySet().stream(), then.keySet().stream())
        .filter(name -> !Objects.equals(then.get(name), now.get(name)))
        .forEach(
            name ->
                differences.put(
                    name,
                    "%s was %s and is now %s"
                        .formatted(
                            name,
                            then.getOrDefault(name, "unknown"),
                            now.getOrDefault(name, "none"))));
    return differences;
  }
}
