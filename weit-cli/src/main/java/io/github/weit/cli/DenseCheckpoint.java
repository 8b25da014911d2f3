package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.models.DenseImport;
import io.github.weit.models.DenseImport.Mode;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Trained dense weights that a pre-training starts or learns from: our own artefact, which says its
 * family, size and images, or any safetensors file with the parameter names and shapes of a family
 * that is described otherwise.
 *
 * @param file where it is
 * @param ours whether it is an artefact of ours
 * @param family the network
 * @param size its size
 * @param normalisation of its images, if the file says it
 */
record DenseCheckpoint(
    Path file, boolean ours, Family family, Size size, Optional<Normalisation> normalisation) {

  private static final String OURS = "weit.format";

  /**
   * Checks what a file says of itself against a pre-training on {@code images}, without reading an
   * array.
   *
   * @param family of a file that is no artefact of ours
   * @param size of a file that is no artefact of ours
   * @throws WeitException if it is missing, broken, or of other images or classes
   */
  static DenseCheckpoint open(Path file, Family family, Size size, ImageSet images) {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      if (!reader.metadata().containsKey(OURS)) {
        family.requireLegal(size);
        return new DenseCheckpoint(file, false, family, size, Optional.empty());
      }
    }
    WeightsFile.require(file);
    ArtefactHeader header = Artefact.inspect(file);
    ModelHeader model = ModelHeader.of(file, header);
    ImageChecks.requireShape(file.toString(), model.family(), images);
    return new DenseCheckpoint(
        file, true, model.family(), model.size(), normalisation(file, header, images));
  }

  private static Optional<Normalisation> normalisation(
      Path file, ArtefactHeader header, ImageSet images) {
    if (!header.provenance().containsKey(ImageFacts.NORMALISATION)) {
      return Optional.empty();
    }
    ImageFacts facts = facts(file, header);
    ImageChecks.requireClasses(
        file.toString(), facts.classes(), images, "pre-train on the classes it was trained on");
    return Optional.of(new Normalisation(facts.mean(), facts.deviation()));
  }

  private static ImageFacts facts(Path file, ArtefactHeader header) {
    try {
      return ImageFacts.of(header.provenance());
    } catch (WeitException e) {
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Asserts that this is the network that is pre-trained, however that is cut into templates.
   *
   * @throws WeitException naming the first option that differs
   */
  void requireNetwork(Family expected, Size expectedSize) {
    Map<String, String> here = network(expected);
    Map<String, String> there = network(family);
    here.forEach(
        (option, value) -> {
          String found = there.getOrDefault(option, "none");
          if (!found.equals(value)) {
            throw new WeitException(
                "%s: expected a network with %s %s, found %s; start from it with the options it was made with"
                    .formatted(file, option, value, found));
          }
        });
    if (!size.equals(expectedSize)) {
      throw new WeitException(
          "%s: expected weights of size %s, found %s; use --size %s"
              .formatted(file, expectedSize, size, size));
    }
  }

  /** What a network computes, without how it is cut into templates. */
  private static Map<String, String> network(Family family) {
    Map<String, String> options = new TreeMap<>(family.options());
    options.keySet().removeIf(key -> key.contains("template") || key.equals("sharing"));
    options.put("family", family.id());
    return options;
  }

  /**
   * Reads the weights.
   *
   * @param as the family of the model: this one, or the same network cut otherwise
   * @throws WeitException if a file that is not ours has not the weights of its family and size
   */
  SizedModel load(Family as, NDManager manager) {
    SizedModel model =
        ours
            ? SizedModel.load(file, manager)
            : ImportWords.of(
                    "weit import ",
                    () -> DenseImport.read(file, family, size, Mode.STRICT, manager, new Seed(0)))
                .model();
    return new SizedModel(as, size, model.weights(), model.statistics());
  }
}
