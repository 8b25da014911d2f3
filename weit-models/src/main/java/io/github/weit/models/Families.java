package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.util.Map;

/** The families that artefacts may name. */
public final class Families {

  private Families() {}

  /**
   * The family that an artefact names.
   *
   * @throws WeitException if this version knows none of that name
   */
  public static Family of(String id, Map<String, String> options) {
    if (id.equals(Vit.ID)) {
      return VitOptions.read(options);
    }
    throw new WeitException("unknown family '" + id + "'; this version knows: " + Vit.ID);
  }
}
