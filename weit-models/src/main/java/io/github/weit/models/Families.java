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
    return switch (id) {
      case Vit.ID -> VitOptions.read(options);
      case ResNet.ID -> ResNetOptions.read(options);
      case ConvNext.ID -> ConvNext.read(options);
      default ->
          throw new WeitException(
              "unknown family '%s'; this version knows: %s, %s, %s"
                  .formatted(id, Vit.ID, ResNet.ID, ConvNext.ID));
    };
  }
}
