package io.github.weit.core;

import java.util.Map;

/** The constraints that artefacts may name. */
public final class Constraints {

  private Constraints() {}

  /**
   * The constraint that an artefact names.
   *
   * @throws WeitException if this version knows none of that name
   */
  public static Constraint of(String id, Map<String, String> options) {
    if (id.equals(KroneckerConstraint.ID)) {
      return KroneckerConstraint.of(options);
    }
    throw new WeitException(
        "unknown constraint '%s'; this version knows: %s".formatted(id, KroneckerConstraint.ID));
  }
}
