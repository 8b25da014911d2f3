package io.github.weit.cli.compare;

import ai.djl.ndarray.types.Shape;
import io.github.weit.baselines.Parent;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.models.Families;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Whether what methods start from was learnt on other images than those of a comparison: on images
 * of another shape, or of classes of other names.
 *
 * @param parents what methods start from
 * @param images of the comparison
 */
record OtherImages(Parents parents, ImageSet images) {

  /**
   * Whether what is there was learnt on others. Nothing is trained beside it then.
   *
   * @throws WeitException if it was, and one that is wanted is missing or was learnt on these
   */
  boolean requireAll(Set<Parent> wanted) {
    Optional<Path> other =
        Arrays.stream(Parent.values())
            .map(parents::file)
            .filter(file -> Files.exists(file) && ofOthers(file))
            .findFirst();
    other.ifPresent(file -> wanted.forEach(parent -> require(parents.file(parent), file)));
    return other.isPresent();
  }

  private void require(Path file, Path other) {
    String known = Artefact.inspect(other).provenance().getOrDefault(ImageFacts.ID, "other images");
    if (!Files.exists(file)) {
      throw new WeitException(
          "%s: %s is missing, and %s there was learnt on %s, not on %s; train it by comparing on %s with this folder first, leave its methods out, or name another folder with --parents"
              .formatted(
                  file.getParent(),
                  file.getFileName(),
                  other.getFileName(),
                  known,
                  images.id(),
                  known));
    }
    if (!ofOthers(file)) {
      throw new WeitException(
          "%s: %s was learnt on %s and %s on %s; keep parents of different images in folders of their own"
              .formatted(
                  file.getParent(), file.getFileName(), images.id(), other.getFileName(), known));
    }
  }

  private boolean ofOthers(Path file) {
    ArtefactHeader header = Artefact.inspect(file);
    Family family = Families.of(header.model().family(), header.model().options());
    Shape shape = new Shape(images.channels(), images.height(), images.width());
    return !family.inputShape().equals(shape)
        || !DataFacts.classes(header.provenance()).equals(images.classes());
  }

  /**
   * From the images that templates were learnt on to these; empty where they are alike.
   *
   * @throws WeitException if the family has no model for these
   */
  Optional<ImageTransfer> transfer() {
    Path templates = parents.file(Parent.TEMPLATES);
    if (!ofOthers(templates)) {
      return Optional.empty();
    }
    if (images.height() != images.width()) {
      throw new WeitException(
          "%s: models take square images, found %dx%d; use --image-size"
              .formatted(images.id(), images.height(), images.width()));
    }
    try {
      Family family = parents.get(Parent.TEMPLATES).family();
      return Optional.of(
          ImageTransfer.of(family, images.height(), images.channels(), images.classes().size()));
    } catch (WeitException e) {
      throw new WeitException(
          "%s cannot start from what is in %s: %s; a folder or archive can be read in another form, with --image-size or --grey"
              .formatted(images.id(), templates.getParent(), e.getMessage()),
          e);
    }
  }
}
