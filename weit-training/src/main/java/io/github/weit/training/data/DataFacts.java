package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an artefact keeps of the data it was learnt from: enough to say which they were and to
 * predict alike.
 */
public final class DataFacts {

  private static final String ID = "data.id";
  private static final String HASH = "data.sha256";
  private static final String IMAGES = "data.images";
  private static final String CLASSES = "data.classes";
  private static final String NORMALISATION = "data.normalisation";

  private DataFacts() {}

  /** Name, hash, number of images, classes and normalisation, for an artefact's provenance. */
  public static Map<String, String> of(ImageSet images, Normalisation normalisation) {
    Map<String, String> facts = new TreeMap<>();
    facts.put(ID, images.id());
    facts.put(HASH, images.sha256());
    facts.put(IMAGES, Integer.toString(images.size()));
    facts.put(CLASSES, String.join("\n", images.classes()));
    facts.put(NORMALISATION, normalisation.toText());
    return facts;
  }

  /** The facts among a provenance, to hand them on to what is made from an artefact. */
  public static Map<String, String> in(Map<String, String> provenance) {
    Map<String, String> facts = new TreeMap<>(provenance);
    facts.keySet().removeIf(key -> !key.startsWith("data."));
    return facts;
  }

  /** How the images that a model was trained on were normalised. */
  public static Normalisation normalisation(Map<String, String> provenance) {
    return Normalisation.parse(required(provenance, NORMALISATION));
  }

  /** Class names in the order of the logits. */
  public static List<String> classes(Map<String, String> provenance) {
    return List.of(required(provenance, CLASSES).split("\n"));
  }

  private static String required(Map<String, String> provenance, String key) {
    String value = provenance.get(key);
    if (value == null) {
      throw new WeitException(
          "the artefact's provenance has no '%s'; it was not trained on images by this library"
              .formatted(key));
    }
    return value;
  }
}
