package io.github.weit.cli;

import io.github.weit.cli.interop.CheckpointFolder;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.models.Family;
import io.github.weit.training.data.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How the images of another library's model are normalised, and what its classes are called. */
final class ImportedImages {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  @Option(
      names = "--class-names",
      paramLabel = "FILE",
      description = "Their names, one a line (default: those of config.json, or 0, 1, ...).")
  private Optional<Path> classNames = Optional.empty();

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "X",
      description =
          "Means that its images are normalised with, of 0 to 1: one, or one per channel"
              + " (default: those of config.json).")
  private List<Double> mean = List.of();

  @Option(
      names = "--deviation",
      split = ",",
      paramLabel = "X",
      description = "Their deviations (default: those of config.json).")
  private List<Double> deviation = List.of();

  /** The files that these options name. */
  Stream<Path> files() {
    return classNames.stream();
  }

  /**
   * What the options say, and the configuration where they do not.
   *
   * @throws WeitException if neither does, or what they say does not fit the model
   */
  Map<String, String> provenance(Family family, CheckpointFolder folder) {
    Map<String, String> provenance = new TreeMap<>();
    provenance.put(ImageFacts.NORMALISATION, normalisation(family, folder).toText());
    provenance.put(ImageFacts.CLASSES, String.join("\n", names(family.classes(), folder)));
    return provenance;
  }

  /** What of the configuration is not taken; empty if all is. */
  Optional<String> note(Family family, CheckpointFolder folder) {
    int known = folder.classNames().size();
    return classNames.isEmpty() && known > 0 && known != family.classes()
        ? Optional.of(
            "config.json has %d class names in a row, of %d classes: they are called 0, 1, ...; --class-names gives them others"
                .formatted(known, family.classes()))
        : Optional.empty();
  }

  private Normalisation normalisation(Family family, CheckpointFolder folder) {
    List<Double> means = mean.isEmpty() ? folder.mean() : mean;
    List<Double> deviations = deviation.isEmpty() ? folder.deviation() : deviation;
    if (means.isEmpty() || deviations.isEmpty()) {
      throw new WeitException(
          "how the images of %s are normalised is not known: give --mean and --deviation, or a folder whose config.json has them"
              .formatted(folder.weights()));
    }
    int channels = Math.toIntExact(family.inputShape().get(0));
    Normalisation normalisation =
        new Normalisation(perChannel(means, channels), perChannel(deviations, channels));
    if (normalisation.channels() != channels) {
      throw new WeitException(
          "--mean and --deviation: expected %s each, found %d and %d%s"
              .formatted(
                  channels == 1 ? "one number" : "1 or " + channels + " numbers",
                  means.size(),
                  deviations.size(),
                  mean.isEmpty() || deviation.isEmpty()
                      ? " in config.json, which they replace"
                      : ""));
    }
    boolean ofBytes =
        means.stream().anyMatch(value -> value < 0 || value > 1)
            || deviations.stream().anyMatch(value -> value > 1);
    if (ofBytes) {
      throw new WeitException(
          "--mean and --deviation are of pixels from 0 to 1, found %s and %s; divide those of 0 to 255 by 255"
              .formatted(means, deviations));
    }
    return normalisation;
  }

  private static List<Double> perChannel(List<Double> values, int channels) {
    return values.size() == 1 ? Collections.nCopies(channels, values.get(0)) : values;
  }

  private List<String> names(int classes, CheckpointFolder folder) {
    if (classNames.isEmpty()) {
      List<String> known = folder.classNames();
      return known.size() == classes
          ? known
          : IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    }
    List<String> names = lines(classNames.get());
    if (names.size() != classes) {
      throw new WeitException(
          "%s: expected %d class names, one a line, found %d"
              .formatted(classNames.get(), classes, names.size()));
    }
    return names;
  }

  private static List<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
      return bare.lines().map(String::strip).toList();
    } catch (IOException e) {
      throw new WeitException("cannot read %s as UTF-8: %s".formatted(file, e), e);
    }
  }
}
