package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import io.github.weit.training.data.ImageSet;
import java.util.List;
import picocli.CommandLine.Option;

/** Which architecture is pre-trained, and how it is cut into templates. */
final class FamilyOptions {

  @Option(
      names = "--patch",
      defaultValue = "4",
      paramLabel = "PIXELS",
      description = "Side of a patch (default: ${DEFAULT-VALUE}).")
  private int patch;

  @Option(
      names = "--head-size",
      defaultValue = "32",
      paramLabel = "N",
      description = "Features per attention head (default: ${DEFAULT-VALUE}).")
  private int headSize;

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      defaultValue = "class_token",
      description = "What the head reads: class_token or mean (default: ${DEFAULT-VALUE}).")
  private Vit.Pooling pooling;

  @Option(
      names = "--template-width",
      defaultValue = "32",
      paramLabel = "N",
      description = "Side of a template (default: ${DEFAULT-VALUE}).")
  private int templateWidth;

  @Option(
      names = "--template-counts",
      split = ",",
      defaultValue = "16,32,4",
      paramLabel = "N",
      description =
          "Number of templates for attention, for the MLP, for everything else (default:"
              + " ${DEFAULT-VALUE}).")
  private List<Integer> templates;

  Family family(ImageSet images) {
    if (images.height() != images.width()) {
      throw new WeitException(
          "%s: a vision transformer takes square images, found %dx%d; use --image-size"
              .formatted(images.id(), images.height(), images.width()));
    }
    return family(images.height(), images.channels(), images.classes().size());
  }

  Family family(int imageSize, int channels, int classes) {
    if (templates.size() != 3) {
      throw new WeitException("--template-counts: expected three numbers, found " + templates);
    }
    TemplateCut cut =
        new TemplateCut(templateWidth, templates.get(0), templates.get(1), templates.get(2));
    return new Vit(imageSize, channels, patch, classes, headSize, 4, pooling, cut);
  }
}
