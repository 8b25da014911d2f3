package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.run.TestSet;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.models.SizedModel;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Evaluator;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A dense model from a file.
 *
 * @param file where it was read
 * @param model closed with this
 */
record WeightsFile(Path file, SizedModel model) implements AutoCloseable {

  /** Asserts that the file is there and of dense weights, without starting the engine. */
  static void require(Path file) {
    requireKind(file, ArtefactHeader.Kind.WEIGHTS);
  }

  /** Asserts that the file is there and of a kind, without starting the engine. */
  static ArtefactHeader requireKind(Path file, ArtefactHeader.Kind expected) {
    ArtefactHeader header = Artefact.inspect(file);
    if (header.kind() != expected) {
      throw new WeitException(
          "%s: expected %s, found %s".formatted(file, words(expected), words(header.kind())));
    }
    return header;
  }

  private static String words(ArtefactHeader.Kind kind) {
    return switch (kind) {
      case TEMPLATES -> "templates (as weit pretrain writes them)";
      case SCALERS -> "scalers (as weit fit --scalers-out writes them)";
      case WEIGHTS -> "dense weights (as weit fit and weit train write them)";
    };
  }

  static WeightsFile load(Path file, NDManager manager) {
    require(file);
    return new WeightsFile(file, SizedModel.load(file, manager));
  }

  /** How its images are normalised. */
  Normalisation normalisation() {
    ImageFacts facts = facts();
    return new Normalisation(facts.mean(), facts.deviation());
  }

  List<String> classes() {
    return facts().classes();
  }

  /** Class names and normalisation, if the file has them. */
  Optional<ImageFacts> factsIfAny() {
    return model.provenance().containsKey(ImageFacts.NORMALISATION)
        ? Optional.of(facts())
        : Optional.empty();
  }

  private ImageFacts facts() {
    try {
      return ImageFacts.of(model.provenance());
    } catch (WeitException e) {
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * How well it does on images of its classes.
   *
   * @param observer is told of every image
   */
  Evaluation evaluate(ImageSet images, Evaluator.Observer observer) {
    ImageChecks.requireShape(file.toString(), model.family(), images);
    ImageChecks.requireClasses(
        file.toString(),
        classes(),
        images,
        "evaluate on the classes it was trained on, or train it on these with weit train");
    return TestSet.evaluate(model, images, normalisation(), observer);
  }

  @Override
  public void close() {
    model.close();
  }
}
