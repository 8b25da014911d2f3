package io.github.weit.core;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The constraints that artefacts may name: this library's, and those of {@link ConstraintReader}.
 */
public final class Constraints {

  private static final Map<String, Function<Map<String, String>, Constraint>> OWN =
      Map.of(
          KroneckerConstraint.ID,
          KroneckerConstraint::of,
          MatricesOnlyConstraint.ID,
          options -> new MatricesOnlyConstraint(KroneckerConstraint.of(options)),
          DenseConstraint.ID,
          options -> new DenseConstraint(),
          LayerMixConstraint.ID,
          LayerMixConstraint::of);

  private Constraints() {}

  /**
   * The constraint that an artefact names.
   *
   * @throws WeitException if none of that name is known
   */
  public static Constraint of(String id, Map<String, String> options) {
    Map<String, Function<Map<String, String>, Constraint>> known = new TreeMap<>();
    for (ConstraintReader reader : ServiceLoader.load(ConstraintReader.class)) {
      known.put(reader.id(), reader::read);
    }
    known.putAll(OWN); // which nobody replaces
    if (!known.containsKey(id)) {
      throw new WeitException(
          "unknown constraint '%s'; this version knows: %s; one of another library needs that on the class path"
              .formatted(id, String.join(", ", known.keySet())));
    }
    return known.get(id).apply(options);
  }
}
