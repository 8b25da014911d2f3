package io.github.weit.baselines;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What methods of others may be called. */
final class RivalNames {

  private static final Pattern LEGAL = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private RivalNames() {}

  /** Asserts that every name is legal and nobody else's. */
  static void require(List<Rival> rivals) {
    Map<String, String> owners = new HashMap<>();
    Arrays.stream(Method.values()).forEach(known -> owners.put(known.id(), "this library"));
    for (Rival rival : rivals) {
      String type = rival.getClass().getName();
      if (!LEGAL.matcher(rival.id()).matches()) {
        throw new WeitException(
            "%s: '%s' is no name of a method: expected small letters and digits, with hyphens between them"
                .formatted(type, rival.id()));
      }
      String before = owners.put(rival.id(), type);
      if (before != null) {
        throw new WeitException(
            "%s and %s both have a method '%s'; leave one of them out of the class path"
                .formatted(before, type, rival.id()));
      }
    }
  }
}
