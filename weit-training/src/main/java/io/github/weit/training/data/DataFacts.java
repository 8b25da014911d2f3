package io.github.weit.training.data;

import io.github.weit.core.artefact.ImageFacts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an artefact keeps of the data it was learnt from: enough to say which they were and to
 * predict alike. The keys are those of {@link ImageFacts}.
 */
public final class DataFacts {

  private DataFacts() {}

  /** Name, hash, number of images, classes and normalisation, for an artefact's provenance. */
  public static Map<String, String> of(ImageSet images, Normalisation normalisation) {
    Map<String, String> facts = new TreeMap<>();
    facts.put(ImageFacts.ID, images.id());
    facts.put(ImageFacts.HASH, images.sha256());
    facts.put(ImageFacts.IMAGES, Integer.toString(images.size()));
    facts.put(ImageFacts.CLASSES, String.join("\n", images.classes()));
    facts.put(ImageFacts.NORMALISATION, normalisation.toText());
    return facts;
  }

  /** How the images that a model was trained on were normalised. */
  public static Normalisation normalisation(Map<String, String> provenance) {
    ImageFacts facts = ImageFacts.of(provenance);
    return new Normalisation(facts.mean(), facts.deviation());
  }

  /** Class names in the order of the logits. */
  public static List<String> classes(Map<String, String> provenance) {
    return ImageFacts.classes(provenance);
  }
}
