package io.github.weit.core.artefact;

import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an artefact's provenance says of the images it was learnt from: all that is needed to
 * predict alike. The keys are the same wherever they are written and read.
 *
 * @param classes class names in the order of the logits
 * @param mean of each channel, in units of 1 = white
 * @param deviation of each channel, positive
 */
public record ImageFacts(List<String> classes, List<Double> mean, List<Double> deviation) {

  /** Where the images come from. */
  public static final String ID = "data.id";

  /** The hash of their shape, classes, labels and pixels. */
  public static final String HASH = "data.sha256";

  /** How many there are. */
  public static final String IMAGES = "data.images";

  /** Their classes, one on a line. */
  public static final String CLASSES = "data.classes";

  /** How they are normalised: {@code mean=a,b,c;deviation=d,e,f}. */
  public static final String NORMALISATION = "data.normalisation";

  private static final String PREFIX = "data.";
  private static final String MEAN = "mean=";
  private static final String DEVIATION = "deviation=";

  public ImageFacts {
    classes = List.copyOf(classes);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    requireNormalisation(mean, deviation);
  }

  /**
   * Asserts that there are as many means as deviations, and what they are.
   *
   * @throws WeitException if they are not finite, or a deviation is not positive
   */
  public static void requireNormalisation(List<Double> mean, List<Double> deviation) {
    if (mean.isEmpty() || mean.size() != deviation.size()) {
      throw new WeitException(
          "a normalisation needs as many means as deviations, at least one; found %d and %d"
              .formatted(mean.size(), deviation.size()));
    }
    for (int c = 0; c < mean.size(); c++) {
      if (!Double.isFinite(mean.get(c))
          || !Double.isFinite(deviation.get(c))
          || deviation.get(c) <= 0) {
        throw new WeitException(
            "normalisation of channel %d: expected a finite mean and a positive deviation, found %s and %s"
                .formatted(c, mean.get(c), deviation.get(c)));
      }
    }
  }

  /**
   * Reads the facts of a provenance.
   *
   * @throws WeitException if one is missing or has another form
   */
  public static ImageFacts of(Map<String, String> provenance) {
    String[] parts = required(provenance, NORMALISATION).split(";", -1);
    if (parts.length != 2 || !parts[0].startsWith(MEAN) || !parts[1].startsWith(DEVIATION)) {
      throw badText(provenance, null);
    }
    try {
      return new ImageFacts(
          classes(provenance),
          numbers(parts[0].substring(MEAN.length())),
          numbers(parts[1].substring(DEVIATION.length())));
    } catch (NumberFormatException e) {
      throw badText(provenance, e);
    }
  }

  /**
   * What {@link #of} reads, for the provenance of a model whose images are known from elsewhere.
   */
  public Map<String, String> provenance() {
    return Map.of(
        CLASSES, String.join("\n", classes), NORMALISATION, normalisation(mean, deviation));
  }

  /** How images are normalised, as it stands in a provenance. */
  public static String normalisation(List<Double> mean, List<Double> deviation) {
    return MEAN + joined(mean) + ";" + DEVIATION + joined(deviation);
  }

  private static String joined(List<Double> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** What a provenance says of images, to hand it on to what is made from an artefact. */
  public static Map<String, String> in(Map<String, String> provenance) {
    Map<String, String> facts = new TreeMap<>(provenance);
    facts.keySet().removeIf(key -> !key.startsWith(PREFIX));
    return facts;
  }

  /** Class names in the order of the logits. */
  public static List<String> classes(Map<String, String> provenance) {
    return List.of(required(provenance, CLASSES).split("\n", -1));
  }

  /**
   * Asserts that a provenance, if it names classes, names as many as a model has.
   *
   * @param count of the model's classes
   * @throws WeitException if it names others
   */
  public static void requireClasses(Map<String, String> provenance, int count) {
    if (provenance.containsKey(CLASSES) && classes(provenance).size() != count) {
      throw new WeitException(
          "the model tells %d classes apart, and its provenance names %d: %s"
              .formatted(count, classes(provenance).size(), classes(provenance)));
    }
  }

  /**
   * The value of a key.
   *
   * @throws WeitException if there is none
   */
  public static String required(Map<String, String> provenance, String key) {
    String value = provenance.get(key);
    if (value == null) {
      throw new WeitException(
          "the artefact's provenance has no '%s', so it does not say what images it is for; commands of this library write it, programs give DataFacts.of(images, normalisation) where they save"
              .formatted(key));
    }
    return value;
  }

  private static WeitException badText(Map<String, String> provenance, Throwable cause) {
    return new WeitException(
        "the artefact's '%s': expected \"mean=a,b,c;deviation=d,e,f\", found \"%s\""
            .formatted(NORMALISATION, provenance.get(NORMALISATION)),
        cause);
  }

  private static List<Double> numbers(String text) {
    List<Double> values = new ArrayList<>();
    for (String number : text.split(",", -1)) {
      values.add(Double.valueOf(number));
    }
    return values;
  }
}
