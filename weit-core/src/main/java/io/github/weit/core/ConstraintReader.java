package io.github.weit.core;

import java.util.Map;

/**
 * Makes one kind of constraint out of what artefacts say of it. A library with a constraint of its
 * own names its reader in {@code META-INF/services/io.github.weit.core.ConstraintReader}; with that
 * on the class path, {@link Constraints#of} knows it, and so does whatever loads files.
 */
public interface ConstraintReader {

  /** The {@link Constraint#id} of what is read; none of those that this library has. */
  String id();

  /**
   * The constraint whose {@link Constraint#options} these are.
   *
   * @throws WeitException if they are of no such constraint
   */
  Constraint read(Map<String, String> options);
}
