package io.github.weit.models;

import io.github.weit.core.OptionsReader;

/**
 * Makes one kind of family out of what artefacts say of it. A library with a family of its own
 * names its reader in {@code META-INF/services/io.github.weit.models.FamilyReader}; with that on
 * the class path, {@link Families#of} knows it, and so does whatever loads files.
 */
public interface FamilyReader extends OptionsReader<Family> {}
