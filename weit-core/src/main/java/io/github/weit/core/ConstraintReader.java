package io.github.weit.core;

/**
 * Makes one kind of constraint out of what artefacts say of it. A library with a constraint of its
 * own names its reader in {@code META-INF/services/io.github.weit.core.ConstraintReader}; with that
 * on the class path, {@link Constraints#of} knows it, and so does whatever loads files.
 */
public interface ConstraintReader extends OptionsReader<Constraint> {}
