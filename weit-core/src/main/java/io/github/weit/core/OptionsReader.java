package io.github.weit.core;

import java.util.Map;

/**
 * Makes a thing of a name out of its options, which is how artefacts keep it.
 *
 * @param <T> what is made
 */
public interface OptionsReader<T> {

  /** The name of what is read; none of those that this library has. */
  String id();

  /**
   * The thing whose options these are.
   *
   * @throws WeitException if they are none of its
   */
  T read(Map<String, String> options);
}
