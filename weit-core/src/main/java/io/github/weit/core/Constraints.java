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
    return switch (id) {
      case KroneckerConstraint.ID -> KroneckerConstraint.of(options);
      case MatricesOnlyConstraint.ID -> new MatricesOnlyConstraint(KroneckerConstraint.of(options));
      case DenseConstraint.ID -> new DenseConstraint();
      case LayerMixConstraint.ID -> LayerMixConstraint.of(options);
      default ->
          throw new WeitException(
              "unknown constraint '%s'; this version knows: %s"
                  .formatted(
                      id,
                      String.join(
                          ", ",
                          KroneckerConstraint.ID,
                          MatricesOnlyConstraint.ID,
                          DenseConstraint.ID,
                          LayerMixConstraint.ID)));
    };
  }
}
