package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.models.ConvCut;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import io.github.weit.training.data.ImageSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which architecture is pre-trained, and how it is cut into templates. */
final class FamilyOptions {

  /** An architecture. */
  enum Architecture {
    VIT,
    RESNET,
    CONVNEXT
  }

  @Option(
      names = "--family",
      defaultValue = "vit",
      paramLabel = "FAMILY",
      description = "vit, resnet or convnext (default: ${DEFAULT-VALUE}).")
  private Architecture architecture;

  @Option(
      names = "--patch",
      paramLabel = "PIXELS",
      description =
          "Side of a patch (default: 4 for vit, 2 for convnext, whose patches have 1 to 4).")
  private Optional<Integer> patch = Optional.empty();

  @Option(
      names = "--stages",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "convnext: stages, each half as high and twice as wide (default: ${DEFAULT-VALUE}).")
  private int stages;

  @Option(
      names = "--head-size",
      defaultValue = "32",
      paramLabel = "N",
      description = "vit: features per attention head (default: ${DEFAULT-VALUE}).")
  private int headSize;

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      defaultValue = "class_token",
      description = "vit: what the head reads, class_token or mean (default: ${DEFAULT-VALUE}).")
  private Vit.Pooling pooling;

  @Option(
      names = "--stem",
      paramLabel = "STEM",
      defaultValue = "cifar",
      description =
          "resnet: cifar (3x3, three stages) or imagenet (7x7 and pooling, four stages; default:"
              + " ${DEFAULT-VALUE}).")
  private ResNet.Stem stem;

  @Option(
      names = "--block",
      paramLabel = "BLOCK",
      defaultValue = "basic",
      description = "resnet: basic or bottleneck (default: ${DEFAULT-VALUE}).")
  private ResNet.Block block;

  @Option(
      names = "--sharing",
      paramLabel = "SHARING",
      description =
          "resnet, convnext: who shares templates, the layers of a stage or of the network"
              + " (default: network).")
  private Optional<ConvCut.Sharing> sharing = Optional.empty();

  @Option(
      names = "--template-width",
      paramLabel = "N",
      description = "Side of a template (default: 32 for vit, 16 for others).")
  private Optional<Integer> templateWidth = Optional.empty();

  @Option(
      names = "--template-counts",
      split = ",",
      paramLabel = "N",
      description =
          "Number of templates; vit: for attention, the MLP, everything else (default: 16,32,4);"
              + " resnet: for 3x3 kernels, 1x1 kernels, everything else; convnext: for kernels, the MLP,"
              + " everything else (default: 32,32,4).")
  private List<Integer> templates = List.of();

  Family family(ImageSet images) {
    if (images.height() != images.width()) {
      throw new WeitException(
          "%s: models take square images, found %dx%d; use --image-size"
              .formatted(images.id(), images.height(), images.width()));
    }
    return family(images.height(), images.channels(), images.classes().size());
  }

  Family family(int imageSize, int channels, int classes) {
    if (!templates.isEmpty() && templates.size() != 3) {
      throw new WeitException("--template-counts: expected three numbers, found " + templates);
    }
    return switch (architecture) {
      case VIT -> vit(imageSize, channels, classes);
      case RESNET -> resnet(imageSize, channels, classes);
      case CONVNEXT -> convnext(imageSize, channels, classes);
    };
  }

  private Vit vit(int imageSize, int channels, int classes) {
    TemplateCut usual = TemplateCut.standard();
    TemplateCut cut =
        new TemplateCut(
            templateWidth.orElse(usual.width()),
            count(0, usual.attentionTerms()),
            count(1, usual.mlpTerms()),
            count(2, usual.otherTerms()));
    return new Vit(imageSize, channels, patch.orElse(4), classes, headSize, 4, pooling, cut);
  }

  private ResNet resnet(int imageSize, int channels, int classes) {
    return new ResNet(imageSize, channels, classes, stem, block, stagesOfStem(), 1, cut());
  }

  private int stagesOfStem() {
    return stem == ResNet.Stem.CIFAR ? 3 : 4;
  }

  private ConvNext convnext(int imageSize, int channels, int classes) {
    return new ConvNext(imageSize, channels, classes, patch.orElse(2), stages, cut());
  }

  private ConvCut cut() {
    ConvCut usual = ConvCut.standard();
    return new ConvCut(
        templateWidth.orElse(usual.width()),
        count(0, usual.kernelTerms()),
        count(1, usual.pointTerms()),
        count(2, usual.otherTerms()),
        sharing.orElse(usual.sharing()));
  }

  private int count(int index, int usual) {
    return templates.isEmpty() ? usual : templates.get(index);
  }

  /** The sizes that are compared if none are named. */
  List<Size> usualTargets() {
    return switch (architecture) {
      case VIT -> Stream.of("64x6", "96x4", "128x3", "128x9", "192x6").map(Size::parse).toList();
      case RESNET -> uniform(stagesOfStem());
      case CONVNEXT -> uniform(stages);
    };
  }

  private static List<Size> uniform(int stages) {
    return List.of(
        Size.uniform(16, 3, stages),
        Size.uniform(32, 2, stages),
        Size.uniform(32, 5, stages),
        Size.uniform(48, 3, stages));
  }

  /** The size that is pre-trained if none is named. */
  Size usualSize() {
    return switch (architecture) {
      case VIT -> new Size(128, 6);
      case RESNET -> Size.uniform(32, 3, stagesOfStem());
      case CONVNEXT -> Size.uniform(32, 3, stages);
    };
  }
}
