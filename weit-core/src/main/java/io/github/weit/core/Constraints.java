package io.github.weit.core;

import java.util.Map;

/**
 * The constraints that artefacts may name: this library's, and those of {@link ConstraintReader}.
 */
public final class Constraints {

  private static final KnownReaders<Constraint> KNOWN =
      new KnownReaders<>(
          "constraint",
          Map.of(
              KroneckerConstraint.ID,
              KroneckerConstraint::of,
              MatricesOnlyConstraint.ID,
              options -> new MatricesOnlyConstraint(KroneckerConstraint.of(options)),
              DenseConstraint.ID,
              options -> new DenseConstraint(),
              LayerMixConstraint.ID,
              LayerMixConstraint::of),
          ConstraintReader.class);

  private Constraints() {}

  /**
   * The constraint that an artefact names.
   *
   * @throws WeitException if none of that name is known
   */
  public static Constraint of(String id, Map<String, String> options) {
    return KNOWN.of(id, options);
  }
}
