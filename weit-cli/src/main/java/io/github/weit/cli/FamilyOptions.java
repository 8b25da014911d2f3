package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.models.ConvCut;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.LongTraining;
import io.github.weit.models.Preset;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import io.github.weit.training.data.ImageSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
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

  private static final String HEAD_SIZE = "--head-size";

  private static final int HEAD_FEATURES = 32;

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description = "vit, resnet or convnext (default: vit).")
  private Optional<Architecture> architecture = Optional.empty();

  @Option(
      names = "--patch",
      paramLabel = "PIXELS",
      description =
          "Side of a patch (default: for vit 4 with images up to 64 pixels wide, 8 up to 128, else 16;"
              + " 2 for convnext, whose patches have 1 to 4).")
  private Optional<Integer> patch = Optional.empty();

  @Option(
      names = "--stages",
      paramLabel = "N",
      description = "convnext: stages, each half as high and twice as wide (default: 3).")
  private Optional<Integer> stages = Optional.empty();

  @Option(
      names = HEAD_SIZE,
      paramLabel = "N",
      description =
          "vit: features per attention head (default: 32; that of a file to be imported if it is"
              + " known).")
  private Optional<Integer> headSize = Optional.empty();

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      description = "vit: what the head reads, class_token or mean (default: class_token).")
  private Optional<Vit.Pooling> pooling = Optional.empty();

  @Option(
      names = "--stem",
      paramLabel = "STEM",
      description =
          "resnet: cifar (3x3, three stages) or imagenet (7x7 and pooling, four stages; default:"
              + " cifar).")
  private Optional<ResNet.Stem> stem = Optional.empty();

  @Option(
      names = "--block",
      paramLabel = "BLOCK",
      description = "resnet: basic or bottleneck (default: basic).")
  private Optional<ResNet.Block> block = Optional.empty();

  @Option(
      names = "--widening",
      paramLabel = "N",
      description = "resnet: inner features of a bottleneck, as a multiple (default: 1).")
  private Optional<Integer> widening = Optional.empty();

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
      description = "Side of a template (default: 32 for vit, 8 for others).")
  private Optional<Integer> templateWidth = Optional.empty();

  @Option(
      names = "--template-counts",
      split = ",",
      paramLabel = "N",
      description =
          "Number of templates; vit: for attention, the MLP, everything else (default: 16,32,4;"
              + " tuned: 64,128,4); resnet: for 3x3 kernels, 1x1 kernels, everything else (default: 32,32,4; tuned: 128,32,8);"
              + " convnext: for kernels, the MLP, everything else (default: 32,32,4).")
  private List<Integer> templates = List.of();

  private Architecture architecture() {
    return architecture.orElse(Architecture.VIT);
  }

  Family family(ImageSet images) {
    ImageChecks.requireSquare(images);
    return family(images.height(), images.channels(), images.classes().size());
  }

  /**
   * The family that the options describe, or the preset's, with as many templates as measured best
   * if that is asked for.
   */
  Family family(Optional<Preset> preset, ImageSet images, TunedOption tuned) {
    Family family = preset.map(known -> family(known, images)).orElseGet(() -> family(images));
    return tuned.get()
        ? family.longTraining().map(LongTraining::family).map(this::recut).orElse(family)
        : family;
  }

  /** The same, cut as the options say where they say something. */
  private Family recut(Family family) {
    if (family instanceof Vit vit) {
      return vit.withCut(cut(vit.cut()));
    }
    if (family instanceof ResNet net) {
      return net.withCut(cut(net.cut()));
    }
    return family instanceof ConvNext net ? net.withCut(cut(net.cut())) : family;
  }

  Family family(int imageSize, int channels, int classes) {
    return family(() -> HEAD_FEATURES, imageSize, channels, classes);
  }

  /**
   * The same.
   *
   * @param usualHeadSize of a vision transformer whose options do not say it
   */
  Family family(IntSupplier usualHeadSize, int imageSize, int channels, int classes) {
    requireCounts();
    requireOptionsOf(architecture());
    return switch (architecture()) {
      case VIT -> vit(headSize.orElseGet(usualHeadSize::getAsInt), imageSize, channels, classes);
      case RESNET -> resnet(imageSize, channels, classes);
      case CONVNEXT -> convnext(imageSize, channels, classes);
    };
  }

  /**
   * The family of a preset for other images; how it is cut into templates is for the options to
   * say.
   *
   * @throws WeitException if the options describe an architecture too
   */
  Family family(Preset preset, int imageSize, int channels, int classes) {
    requireCounts();
    refuse("--preset " + preset.name(), described().stream().map(Given::name).toList());
    Family family = preset.family(imageSize, channels, classes);
    requireOptionsOf(Architecture.valueOf(family.id().toUpperCase(Locale.ROOT)));
    return recut(family);
  }

  /**
   * The family of a file whose tensors say what it is, cut as the options say where they say
   * something.
   *
   * @throws WeitException if the options describe more of an architecture than tensors leave open
   */
  Family recognised(Family family) {
    requireCounts();
    List<String> given = described().stream().map(Given::name).toList();
    if (!given.stream().allMatch(HEAD_SIZE::equals)) {
      throw new WeitException(
          "%s: give --size too, or leave it to the file's tensors to say what the model is"
              .formatted(String.join(", ", given)));
    }
    requireOptionsOf(Architecture.valueOf(family.id().toUpperCase(Locale.ROOT)));
    return recut(family);
  }

  Optional<Integer> headSize() {
    return headSize;
  }

  Family family(Preset preset, ImageSet images) {
    ImageChecks.requireSquare(images);
    return family(preset, images.height(), images.channels(), images.classes().size());
  }

  /**
   * An option that was given or not.
   *
   * @param families that have it
   */
  private record Given(String name, boolean isGiven, Set<Architecture> families) {

    Given(String name, Optional<?> value, Architecture... families) {
      this(name, value.isPresent(), Set.of(families));
    }
  }

  /** The options that describe an architecture, of those that were given. */
  private List<Given> described() {
    return Stream.of(
            new Given("--family", architecture, Architecture.values()),
            new Given("--patch", patch, Architecture.VIT, Architecture.CONVNEXT),
            new Given("--stages", stages, Architecture.CONVNEXT),
            new Given(HEAD_SIZE, headSize, Architecture.VIT),
            new Given("--pooling", pooling, Architecture.VIT),
            new Given("--stem", stem, Architecture.RESNET),
            new Given("--block", block, Architecture.RESNET),
            new Given("--widening", widening, Architecture.RESNET))
        .filter(Given::isGiven)
        .toList();
  }

  /** The options that say how an architecture is cut into templates, of those that were given. */
  private List<Given> cutting() {
    Architecture[] all = Architecture.values();
    return Stream.of(
            new Given("--sharing", sharing, Architecture.RESNET, Architecture.CONVNEXT),
            new Given("--template-width", templateWidth, all),
            new Given("--template-counts", templates.stream().findFirst(), all))
        .filter(Given::isGiven)
        .toList();
  }

  /**
   * Asserts that no option was given, since something else describes the model.
   *
   * @param what does
   * @param others names of options of the command that do, too, and were given
   */
  void requireNone(String what, List<String> others) {
    List<String> given =
        Stream.concat(described().stream(), cutting().stream()).map(Given::name).toList();
    refuse(what, Stream.concat(given.stream(), others.stream()).toList());
  }

  private static void refuse(String what, List<String> given) {
    if (!given.isEmpty()) {
      throw new WeitException(
          "%s says what the model consists of; leave out %s"
              .formatted(what, String.join(", ", given)));
    }
  }

  /** Asserts that an architecture has the options that were given. */
  private void requireOptionsOf(Architecture known) {
    List<String> others =
        Stream.concat(described().stream(), cutting().stream())
            .filter(option -> !option.families().contains(known))
            .map(Given::name)
            .toList();
    if (!others.isEmpty()) {
      String family = known.name().toLowerCase(Locale.ROOT);
      throw new WeitException(
          "a model of --family %s has no %s; leave that out or name another family"
              .formatted(family, String.join(", no ", others)));
    }
  }

  private void requireCounts() {
    if (!templates.isEmpty() && templates.size() != 3) {
      throw new WeitException("--template-counts: expected three numbers, found " + templates);
    }
  }

  private Vit vit(int headFeatures, int imageSize, int channels, int classes) {
    return new Vit(
        imageSize,
        channels,
        patch.orElseGet(() -> Vit.usualPatch(imageSize)),
        classes,
        headFeatures,
        4,
        pooling.orElse(Vit.Pooling.CLASS_TOKEN),
        cut(TemplateCut.standard()));
  }

  private ResNet resnet(int imageSize, int channels, int classes) {
    return new ResNet(
        imageSize,
        channels,
        classes,
        stem(),
        block.orElse(ResNet.Block.BASIC),
        stagesOfStem(),
        widening.orElse(1),
        cut(ConvCut.standard()));
  }

  private int stagesOfStem() {
    return stem() == ResNet.Stem.CIFAR ? 3 : 4;
  }

  private ConvNext convnext(int imageSize, int channels, int classes) {
    return new ConvNext(
        imageSize, channels, classes, patch.orElse(2), stages.orElse(3), cut(ConvCut.standard()));
  }

  private ResNet.Stem stem() {
    return stem.orElse(ResNet.Stem.CIFAR);
  }

  private TemplateCut cut(TemplateCut usual) {
    return new TemplateCut(
        templateWidth.orElse(usual.width()),
        count(0, usual.attentionTerms()),
        count(1, usual.mlpTerms()),
        count(2, usual.otherTerms()));
  }

  private ConvCut cut(ConvCut usual) {
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
    return switch (architecture()) {
      case VIT -> Stream.of("64x6", "96x4", "128x3", "128x9", "192x6").map(Size::parse).toList();
      case RESNET -> uniform(stagesOfStem());
      case CONVNEXT -> uniform(stages.orElse(3));
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
    return switch (architecture()) {
      case VIT -> new Size(128, 6);
      case RESNET -> Size.uniform(32, 3, stagesOfStem());
      case CONVNEXT -> Size.uniform(32, 3, stages.orElse(3));
    };
  }
}
