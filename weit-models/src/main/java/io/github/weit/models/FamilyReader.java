package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.util.Map;

/**
 * Makes one kind of family out of what artefacts say of it. A library with a family of its own
 * names its reader in {@code META-INF/services/io.github.weit.models.FamilyReader}; with that on
 * the class path, {@link Families#of} knows it, and so does whatever loads files.
 */
public interface FamilyReader {

  /** The {@link Family#id} of what is read; none of those that this library has. */
  String id();

  /**
   * The family whose {@link Family#options} these are.
   *
   * @throws WeitException if they are of no such family
   */
  Family read(Map<String, String> options);
}
