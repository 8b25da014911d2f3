package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.compare.CompareJob;
import io.github.weit.cli.compare.CompareLines;
import io.github.weit.cli.compare.Plan;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.scalers.TaughtFit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The experiment as a command. */
@Command(
    name = "compare",
    header = "Measure what composed models are worth, with a report.",
    description =
        "Show what composed models are worth: pre-train templates once, then train several unseen"
            + " sizes from composed and from random weights with the same recipe. Writes CSV,"
            + " charts and a report; run it again to go on where it was stopped.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit compare --data cifar10 --out runs/cifar10",
      "  weit compare --data fashion-mnist --sizes 64x3,96x6 --seeds 1 --out quick",
      "  weit compare --data mnist --parents runs/cifar10 --out runs/mnist",
      "",
      "Then open report.html in that folder."
    })
final class CompareCommand implements Callable<Integer> {

  private static final double FIT_WARMUP = 0.1;

  /** Names of the methods there are. */
  private static final class MethodNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Plan.knownMethods().iterator();
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;
  @Mixin private FamilyOptions familyOptions;
  @Mixin private PretrainOptionsGroup pretraining;
  @Mixin private AugmentationOptions augmentation;
  @Mixin private EngineOptions engine;

  @Option(
      names = "--out",
      defaultValue = "compare",
      paramLabel = "FOLDER",
      description = "Where everything goes (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--parents",
      paramLabel = "FOLDER",
      description =
          "Where what is pre-trained is, or is to be, so that comparisons share it (default: that"
              + " of --out). What was learnt on other images is adapted to those of --data.")
  private Optional<Path> parents = Optional.empty();

  @Option(
      names = "--pretrain-seed",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Decides everything random in what is pre-trained; what is there already stays as it is"
              + " (default: ${DEFAULT-VALUE}).")
  private long pretrainSeed;

  @Option(
      names = "--methods",
      split = ",",
      defaultValue = "weit,scratch",
      paramLabel = "NAME",
      description =
          "What is compared: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})."
              + " What they start from is pre-trained first; docs/baselines.md explains each.",
      completionCandidates = MethodNames.class)
  private List<String> methods;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "WIDTHxDEPTH",
      description =
          "Sizes to compare; pre-training never draws them (default: 64x6,96x4,128x3,128x9,192x6"
              + " for vit, 16x3-3-3,32x2-2-2,32x5-5-5,48x3-3-3 for others).")
  private List<Size> sizes = List.of();

  @Option(
      names = "--seeds",
      split = ",",
      defaultValue = "1,2",
      paramLabel = "N",
      description = "Every trial is repeated with each (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds;

  @Option(
      names = "--epochs",
      split = ",",
      defaultValue = "1,2,3,5",
      paramLabel = "N",
      description =
          "Epochs after which accuracy is measured; training ends at the last (default: ${DEFAULT-VALUE}).")
  private List<Integer> epochs;

  @Option(
      names = "--long-epochs",
      split = ",",
      defaultValue = "1,3,5,10,15",
      paramLabel = "N",
      description = "The same for scratch-long (default: ${DEFAULT-VALUE}).")
  private List<Integer> longEpochs;

  @Option(
      names = "--train-images",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Images of ordinary training (default: ${DEFAULT-VALUE}).")
  private int trainImages;

  @Option(
      names = "--test-images",
      defaultValue = "0",
      paramLabel = "N",
      description = "Images that accuracy is measured on, as many of each class (default: all).")
  private int testImages;

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Images per step of ordinary training and the fit (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--rate",
      defaultValue = "1e-3",
      paramLabel = "RATE",
      description = "Peak learning rate of ordinary training (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--rate-of",
      split = ",",
      paramLabel = "METHOD=RATE",
      description =
          "Peak learning rates of methods that have one of their own, scratch's for scratch-long too"
              + " unless that has one; a fair comparison finds every method's best in the same way.")
  private Map<String, Double> rates = new TreeMap<>();

  @Option(
      names = "--warmup",
      defaultValue = "0.1",
      paramLabel = "SHARE",
      description =
          "Share of the steps of ordinary training in which the rate rises"
              + " (default: ${DEFAULT-VALUE}).")
  private double warmup;

  @Option(
      names = "--ema",
      defaultValue = "0",
      paramLabel = "DECAY",
      description =
          "Measure a running average of the weights with this decay, for every start"
              + " (default: none).")
  private double ema;

  @Option(
      names = "--fit-steps",
      paramLabel = "N",
      description = "Steps of fitting scalers (default: 150; tuned: 1000).")
  private Optional<Long> fitSteps = Optional.empty();

  @Option(
      names = "--fit-images",
      paramLabel = "N",
      description =
          "Images that scalers are fitted on, of those of ordinary training (default: 2000; tuned: 10000).")
  private Optional<Integer> fitImages = Optional.empty();

  @Option(
      names = "--fit-rate",
      defaultValue = "2.5e-4",
      paramLabel = "RATE",
      description =
          "Peak learning rate of the fit at the full size's width; at another it goes with 1 / width"
              + " (default: ${DEFAULT-VALUE}).")
  private double fitRate;

  @Option(
      names = "--report-only",
      description =
          "Train nothing: write the report of finished trials. Give it the options of the run that"
              + " made them.")
  private boolean reportOnly;

  @Mixin private TeachingOption teaching;
  @Mixin private WideningOption widening;

  @Override
  public Integer call() {
    if (testImages < 0) {
      throw new WeitException(
          "--test-images must be a number of images, or 0 for all, found " + testImages);
    }
    Plan.requireKnown(methods);
    List<Size> targets = targets();
    if (reportOnly) {
      requireBegun();
    }
    OutputFile.requireWritable(out.resolve(CompareJob.TEMPLATES));
    try (NDManager manager = reportOnly ? engine.open() : engine.open(pretraining.precision());
        Stop stop = Stop.listen()) {
      CompareJob job = new CompareJob(out, parents.orElse(out), data.train(), test(), manager);
      Plan plan = plan(targets, Math.min(trainImages, job.trainingImages()));
      Function<ImageSet, PretrainPlan> templates =
          images ->
              pretraining.plan(
                  familyOptions, images, augmentation.get(), new LinkedHashSet<>(targets));
      CompareLines lines = new CompareLines(System.out, TrainingLines.isTerminal());
      if (!reportOnly && !job.pretrain(plan, templates, new Seed(pretrainSeed), lines, stop)) {
        System.out.println("stopped while pre-training");
        return Stop.EXIT_CODE;
      }
      CompareJob.Outcome outcome =
          reportOnly
              ? job.report(plan, command(), lines)
              : job.compare(plan, command(), lines, stop);
      if (outcome.summary().isEmpty() && outcome.failures().isEmpty() && !stop.getAsBoolean()) {
        throw new WeitException(
            "nothing was measured: none of %s makes any of the sizes %s (docs/compare.md)"
                .formatted(methods, targets));
      }
      outcome.summary().ifPresent(System.out::println);
      outcome
          .summary()
          .ifPresent(all -> System.out.println("report: " + out.resolve("report.html")));
      if (!outcome.failures().isEmpty()) {
        throw new WeitException(String.join("\n", outcome.failures()));
      }
      return stop.getAsBoolean() ? Stop.EXIT_CODE : 0;
    }
  }

  private ImageSet test() {
    ImageSet all = data.test();
    return testImages > 0 && testImages < all.size()
        ? all.subset(testImages, new Seed(0).child("test"))
        : all;
  }

  private void requireBegun() {
    Path parentsFolder = parents.orElse(out);
    for (Path needed :
        List.of(out.resolve(CompareJob.TABLE), parentsFolder.resolve(CompareJob.TEMPLATES))) {
      if (!Files.exists(needed)) {
        throw new WeitException(
            "--report-only needs a comparison of which a trial is done: there is no %s; leave it out to begin one"
                .formatted(needed));
      }
    }
  }

  private List<Size> targets() {
    if (sizes.isEmpty() && pretraining.hasPreset()) {
      throw new WeitException("beside --preset, name in --sizes what is to be compared");
    }
    return sizes.isEmpty() ? familyOptions.usualTargets() : sizes;
  }

  private Plan plan(List<Size> targets, int images) {
    TunedOption tuned = pretraining.tuned();
    Recipe training =
        Recipe.of(1, batch)
            .withLearningRate(rate)
            .withWarmup(warmup)
            .withEma(ema)
            .withSkippable(pretraining.skippable())
            .withPrecision(pretraining.precision())
            .withAugmentation(augmentation.get());
    Recipe fit =
        training
            .withSteps(tuned.choose(fitSteps, 150L, TaughtFit.STEPS))
            .withLearningRate(fitRate)
            .withWarmup(FIT_WARMUP)
            .withEma(0)
            .withAugmentation(Augmentation.NONE.withFlip(augmentation.get().flip()));
    int fitted = tuned.choose(fitImages, 2000, TaughtFit.IMAGES);
    if (fitImages.isPresent() && fitted > trainImages) {
      throw new WeitException(
          "--fit-images must be some of --train-images, at most %d, found %d"
              .formatted(trainImages, fitted));
    }
    return new Plan(
        methods,
        targets,
        seeds,
        fit,
        Math.min(fitted, images),
        teaching.options(tuned),
        training,
        Plan.withLonger(rates),
        images,
        epochs,
        longEpochs,
        widening.unevenness());
  }

  private String command() {
    return RunInfo.command(spec.commandLine().getParent().getParseResult().originalArgs());
  }
}
