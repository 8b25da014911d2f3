package io.github.weit.baselines;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What methods of others may be called, and what they have to say of themselves. */
final class RivalNames {

  private static final Pattern LEGAL = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private RivalNames() {}

  /** Asserts that every name is legal and nobody else's, and that reports can tell of each. */
  static void require(List<Rival> rivals) {
    Map<String, String> owners = new HashMap<>();
    Arrays.stream(Method.values()).forEach(known -> owners.put(known.id(), "this library"));
    for (Rival rival : rivals) {
      String type = rival.getClass().getName();
      if (rival.id() == null || !LEGAL.matcher(rival.id()).matches()) {
        throw new WeitException(
            "%s: '%s' is no name of a method: expected small letters and digits, with hyphens between them"
                .formatted(type, rival.id()));
      }
      requireWords(rival, "label", rival.label());
      requireWords(rival, "sentence", rival.sentence());
      requireThere(rival, "source", rival.source());
      requireThere(rival, "parent", rival.parent());
      String before = owners.put(rival.id(), type);
      if (before != null) {
        throw new WeitException(
            "%s and %s both have a method '%s'; leave one of them out of the class path"
                .formatted(before, type, rival.id()));
      }
    }
  }

  private static void requireWords(Rival rival, String what, String found) {
    if (found == null || found.isBlank()) {
      throw refusal(rival, what, "words for a report", found == null ? "null" : "none");
    }
  }

  /** Empty is as good as any. */
  private static void requireThere(Rival rival, String what, Object found) {
    if (found == null) {
      throw refusal(rival, what, "one, or an empty one", "null");
    }
  }

  private static WeitException refusal(Rival rival, String what, String expected, String found) {
    return new WeitException(
        "%s, the method '%s', has no %s: expected %s, found %s"
            .formatted(rival.getClass().getName(), rival.id(), what, expected, found));
  }
}
