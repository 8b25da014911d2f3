package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Preset;
import io.github.weit.models.Size;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stage 3 as a command. */
@Command(
    name = "train",
    header = "Train weights as usual (stage 3).",
    description =
        "Train dense weights as usual: those that weit fit composed, or random ones of a size. If"
            + " the images have other classes than the weights, the head starts fresh, and that is"
            + " said.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit train --weights weights.safetensors --data cifar10 --epochs 10",
      "  weit train --preset cifar_resnet20 --data cifar10",
      "  weit train --weights weights.safetensors --data photos/ --image-size 64 --adapt",
      "  weit train --size 96x4 --data photos/ --image-size 32 --log runs/scratch",
      "",
      "Weights are written after every epoch. Ctrl-C ends after the step it is in and",
      "writes what there is; the same command with --resume goes on."
    })
final class TrainCommand implements Callable<Integer> {

  @ArgGroup(multiplicity = "1")
  private From from;

  /** What training starts from. */
  private static final class From {
    @Option(
        names = "--weights",
        paramLabel = "FILE",
        description = "Start from these dense weights.")
    private Optional<Path> weights = Optional.empty();

    @Option(
        names = "--size",
        paramLabel = "WIDTHxDEPTH",
        description = "Start from random weights of this size, of the family the options describe.")
    private Optional<Size> size = Optional.empty();

    @Option(
        names = "--preset",
        paramLabel = "NAME",
        description = "Start from random weights of a model that has a name, such as resnet18.")
    private Optional<Preset> preset = Optional.empty();

    /** The size of random weights. */
    Optional<Size> fresh() {
      return preset.map(Preset::size).or(() -> size);
    }
  }

  @Option(
      names = "--adapt",
      description =
          "With --weights, for images of another size or number of channels: position embeddings are"
              + " resampled, what reads pixels is summed or shared over channels. The head is kept if"
              + " the classes are the same.")
  private boolean adapt;

  @Mixin private DataOptions data;
  @Mixin private RecipeOptions recipe;
  @Mixin private AugmentationOptions augmentation;
  @Mixin private FamilyOptions familyOptions;

  @Mixin private SeedOption seed;
  @Mixin private CheckpointOptions checkpoints;

  @Option(
      names = "--out",
      defaultValue = "trained.safetensors",
      paramLabel = "FILE",
      description = "Where the weights go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--log",
      paramLabel = "FOLDER",
      description =
          "Write metrics.csv, epochs.csv and TensorBoard events there (default: nowhere).")
  private Optional<Path> log = Optional.empty();

  @Mixin private EngineOptions engine;

  @Override
  public Integer call() {
    from.weights.ifPresent(
        file -> {
          WeightsFile.require(file);
          familyOptions.requireNone("--weights " + file, List.of());
        });
    if (adapt && from.weights.isEmpty()) {
      throw new WeitException("--adapt is of --weights: random ones fit any images");
    }
    recipe.epochs();
    OutputFile.requireOther(out, from.weights.stream().toList());
    OutputFile.requireWritable(out);
    ImageSet train = data.train();
    Optional<ImageSet> test = data.testIfAny();
    test.ifPresent(set -> requireAlike(train, set));
    Recipe plan = recipe.get(train.size(), from.weights.isEmpty(), augmentation.get());
    Optional<Family> family =
        from.fresh()
            .map(
                size -> {
                  Family described = described(train);
                  described.requireLegal(size);
                  return described;
                });
    try (NDManager manager = engine.open(plan.precision());
        Stop stop = Stop.listen();
        TrainingLog logs = TrainingLog.open(log, checkpoints.resumed())) {
      TrainStart start =
          from.weights
              .map(file -> TrainStart.of(file, train, adapt, manager, seed.get()))
              .orElseGet(
                  () ->
                      TrainStart.random(
                          family.orElseThrow(),
                          from.fresh().orElseThrow(),
                          train,
                          manager,
                          seed.get()));
      TrainJob job = new TrainJob(start, train, test, plan, seed.get(), out, checkpoints.get(out));
      return job.run(recipe.epochs(), recipe.stepsPerEpoch(train.size()), logs, stop);
    }
  }

  private Family described(ImageSet images) {
    return from.preset
        .map(preset -> familyOptions.family(preset, images))
        .orElseGet(() -> familyOptions.family(images));
  }

  private static void requireAlike(ImageSet train, ImageSet test) {
    ImageChecks.requireClasses(train.id(), train.classes(), test, ImageChecks.SAME_FOLDERS);
    if (train.height() != test.height() || train.width() != test.width()) {
      throw new WeitException(
          "%s has images of %dx%d, %s of %dx%d (height x width); use --image-size"
              .formatted(
                  train.id(),
                  train.height(),
                  train.width(),
                  test.id(),
                  test.height(),
                  test.width()));
    }
  }
}
