package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.scalers.TaughtFit;
import io.github.weit.templates.DrawnRange;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Stage 2 as a command. */
@Command(
    name = "fit",
    header = "Compose a model of any size from templates (stage 2).",
    description =
        "Compose a model of any size from templates: its scalers are made from the pre-trained ones"
            + " and fitted on a few images, the templates stay as they are. Writes ordinary dense"
            + " weights. As published, a fit learns labels, and loses where a composed model is good"
            + " already; --tuned, which needs no labels, gains or is level there.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit fit --templates templates.safetensors --size 96x4 --tuned --data cifar10",
      "  weit fit --templates templates.safetensors --size 64x3 --no-fit",
      "",
      "The second needs no data. weit plan lists the sizes there are; weit train goes",
      "on from what is written here."
    })
final class FitCommand implements Callable<Integer> {

  /** What is of no use without a fit. */
  private static final List<String> OF_A_FIT =
      List.of(
          "--precision",
          "--images",
          "--steps",
          "--rate",
          "--batch",
          "--tuned",
          "--fit-teaching",
          "--fit-temperature",
          "--fit-views",
          "--flip",
          "--crop",
          "--mixup",
          "--cutmix",
          "--erasing",
          "--label-smoothing",
          "--checkpoints",
          "--checkpoint-every",
          "--resume");

  private static final String SCALERS = "--scalers";

  @Spec private CommandSpec spec;

  @Option(
      names = "--templates",
      required = true,
      paramLabel = "FILE",
      description = "Templates, as weit pretrain writes them.")
  private Path templates;

  @Option(
      names = "--size",
      paramLabel = "WIDTHxDEPTH",
      description = "The size to compose, for example 96x4. Needed, unless --scalers are of one.")
  private Optional<Size> named = Optional.empty();

  @Option(
      names = SCALERS,
      paramLabel = "FILE",
      description =
          "Scalers to start at, as --scalers-out writes them, instead of the templates' own; with"
              + " --no-fit, to compose their model again.")
  private Optional<Path> scalers = Optional.empty();

  @Mixin private PrecisionOption precision;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = ImageOptions.DATA + " Needed, unless --no-fit only composes.")
  private Optional<String> data = Optional.empty();

  @Mixin private ImageOptions imageOptions;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Training images that are fitted on (default: 2000; tuned: 10000).")
  private Optional<Integer> images = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps of the fit (default: 150; tuned: 1000).")
  private Optional<Long> steps = Optional.empty();

  @Option(
      names = "--rate",
      defaultValue = "2.5e-4",
      paramLabel = "RATE",
      description =
          "Peak learning rate at the templates' own width; at another it goes with 1 / width"
              + " (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Images per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--start",
      defaultValue = "resized",
      paramLabel = "START",
      description =
          "Where scalers start: resized (the pre-trained ones, cut or tiled and interpolated) or "
              + "random (default: ${DEFAULT-VALUE}).")
  private FitJob.Start start;

  @Mixin private TunedOption tuned;
  @Mixin private TeachingOption teaching;
  @Mixin private WideningOption widening;

  @Option(
      names = "--no-fit",
      description = "Compose without fitting. Needs --data only for models with batch norms.")
  private boolean noFit;

  @Mixin private AugmentationOptions augmentation;

  @Mixin private SeedOption seed;
  @Mixin private CheckpointOptions checkpoints;

  @Option(
      names = "--out",
      defaultValue = "weights.safetensors",
      paramLabel = "FILE",
      description = "Where the dense weights go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--scalers-out",
      paramLabel = "FILE",
      description = "Where the scalers alone go too (default: nowhere).")
  private Optional<Path> scalersOut = Optional.empty();

  @Mixin private EngineOptions engine;

  @Override
  public Integer call() {
    if (noFit) {
      requireNoneOfAFit();
    } else if (data.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--data=DATA' (or compose with --no-fit)");
    }
    if (images.filter(count -> count < 1).isPresent()) {
      throw new WeitException(
          "--images must be 1 or more, found %s; --no-fit only composes".formatted(images.get()));
    }
    ArtefactHeader header = WeightsFile.requireKind(templates, ArtefactHeader.Kind.TEMPLATES);
    ModelHeader model = ModelHeader.of(templates, header);
    Family family = model.family();
    Size size = size();
    family.requireLegal(size);
    requireOutputs();
    DrawnRange.of(model.size(), header.provenance())
        .filter(range -> range.isBelow(size))
        .ifPresent(range -> below(size, range.least()));
    boolean measured = data.isPresent() && !family.statistics(size).isEmpty();
    Optional<ImageSet> train =
        noFit && !measured ? Optional.empty() : data.map(imageOptions::train);
    Optional<ImageSet> test = data.flatMap(imageOptions::testIfAny);
    boolean otherClasses =
        noFit && measured && train.filter(set -> !known(header, set)).isPresent();
    if (otherClasses) {
      System.out.println(
          "the images are of other classes than the templates': batch norms are measured on them, accuracy is not");
      ImageChecks.requireShape(templates.toString(), family, train.orElseThrow());
    } else {
      train.ifPresent(set -> requireFits(family, header, set));
      test.ifPresent(set -> requireFits(family, header, set));
    }
    try (NDManager manager = engine.open(precision.get());
        Stop stop = Stop.listen()) {
      FitJob job =
          new FitJob(
              templates,
              size,
              start,
              scalers,
              widening.unevenness(),
              teaching.options(tuned),
              seed.get(),
              checkpoints.get(out),
              manager);
      return job.run(
          train,
          otherClasses ? Optional.empty() : few(test),
          noFit ? 0 : tuned.choose(images, 2000, TaughtFit.IMAGES),
          recipe(),
          out,
          scalersOut,
          stop);
    }
  }

  private static void below(Size size, Size least) {
    System.out.printf(
        Locale.ROOT,
        "%s is narrower or shallower than %s, the least that pre-training drew: what is composed there is poor"
            + " (weit plan --templates lists the sizes that are not)%n",
        size,
        least);
  }

  /** The size that is named, or that of the scalers to start at. */
  private Size size() {
    if (scalers.isEmpty()) {
      return named.orElseThrow(
          () ->
              new ParameterException(
                  spec.commandLine(), "Missing required option: '--size=WIDTHxDEPTH'"));
    }
    List<String> others =
        Stream.of("--start", WideningOption.UNEVENNESS)
            .filter(spec.commandLine().getParseResult()::hasMatchedOption)
            .toList();
    if (!others.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s says where scalers start; leave out %s"
              .formatted(SCALERS, String.join(", ", others)));
    }
    Path file = scalers.get();
    Size own =
        ModelHeader.of(file, WeightsFile.requireKind(file, ArtefactHeader.Kind.SCALERS)).size();
    named
        .filter(size -> !size.equals(own))
        .ifPresent(
            size -> {
              throw new WeitException(
                  "%s has the scalers of %s, found --size %s; leave that out"
                      .formatted(file, own, size));
            });
    return own;
  }

  private void requireNoneOfAFit() {
    ParseResult parsed = spec.commandLine().getParseResult();
    List<String> given = OF_A_FIT.stream().filter(parsed::hasMatchedOption).toList();
    if (!given.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--no-fit only composes; leave out %s".formatted(String.join(", ", given)));
    }
  }

  private void requireOutputs() {
    List<Path> inputs = Stream.concat(Stream.of(templates), scalers.stream()).toList();
    OutputFile.requireOther(out, inputs);
    OutputFile.requireWritable(out);
    scalersOut.ifPresent(
        file -> {
          if (OutputFile.isSame(file, out)) {
            throw new WeitException(
                "cannot write %s: the dense weights go there; choose another --scalers-out"
                    .formatted(file));
          }
          OutputFile.requireOther(file, inputs);
          OutputFile.requireWritable(file);
        });
  }

  private Recipe recipe() {
    return Recipe.of(tuned.choose(steps, 150L, TaughtFit.STEPS), batch)
        .withLearningRate(rate)
        .withPrecision(precision.get())
        .withAugmentation(augmentation.get());
  }

  private static boolean known(ArtefactHeader header, ImageSet set) {
    return DataFacts.classes(header.provenance()).equals(set.classes());
  }

  private void requireFits(Family family, ArtefactHeader header, ImageSet set) {
    ImageChecks.requireShape(templates.toString(), family, set);
    ImageChecks.requireClasses(
        templates.toString(),
        DataFacts.classes(header.provenance()),
        set,
        noFit
            ? "leave out --data, which --no-fit only measures on"
            : "for other classes, compose with --no-fit and go on with weit train, which starts a"
                + " fresh head");
  }

  private static Optional<ImageSet> few(Optional<ImageSet> test) {
    return test.map(
        set ->
            set.size() > FitJob.TEST_IMAGES
                ? set.subset(FitJob.TEST_IMAGES, new Seed(0).child("test"))
                : set);
  }
}
