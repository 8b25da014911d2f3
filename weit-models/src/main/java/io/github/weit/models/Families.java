package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/** The families that artefacts may name: this library's, and those of {@link FamilyReader}. */
public final class Families {

  private static final Map<String, Function<Map<String, String>, Family>> OWN =
      Map.of(
          Vit.ID, VitOptions::read,
          ResNet.ID, ResNetOptions::read,
          ConvNext.ID, ConvNext::read);

  private Families() {}

  /**
   * The family that an artefact names.
   *
   * @throws WeitException if none of that name is known
   */
  public static Family of(String id, Map<String, String> options) {
    Map<String, Function<Map<String, String>, Family>> known = new TreeMap<>();
    for (FamilyReader reader : ServiceLoader.load(FamilyReader.class)) {
      known.put(reader.id(), reader::read);
    }
    known.putAll(OWN); // which nobody replaces
    if (!known.containsKey(id)) {
      throw new WeitException(
          "unknown family '%s'; this version knows: %s; one of another library needs that on the class path"
              .formatted(id, String.join(", ", known.keySet())));
    }
    return known.get(id).apply(options);
  }
}
