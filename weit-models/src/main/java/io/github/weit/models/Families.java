package io.github.weit.models;

import io.github.weit.core.KnownReaders;
import io.github.weit.core.WeitException;
import java.util.Map;

/** The families that artefacts may name: this library's, and those of {@link FamilyReader}. */
public final class Families {

  private static final KnownReaders<Family> KNOWN =
      new KnownReaders<>(
          "family",
          Map.of(
              Vit.ID, VitOptions::read,
              ResNet.ID, ResNetOptions::read,
              ConvNext.ID, ConvNext::read),
          FamilyReader.class);

  private Families() {}

  /**
   * The family that an artefact names.
   *
   * @throws WeitException if none of that name is known
   */
  public static Family of(String id, Map<String, String> options) {
    return KNOWN.of(id, options);
  }
}
