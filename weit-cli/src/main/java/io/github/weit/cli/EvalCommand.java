package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.training.Confusion;
import io.github.weit.training.Evaluation;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a dense model. */
@Command(
    name = "eval",
    header = "Measure weights on images.",
    description = "Measure dense weights on images: loss, top-1 and top-5 accuracy.",
    footerHeading = "%nExample:%n",
    footer = {"  weit eval --weights weights.safetensors --data cifar10"})
final class EvalCommand implements Callable<Integer> {

  /** Which images. */
  enum Split {
    TEST,
    TRAIN
  }

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "Dense weights, as weit fit and weit train write them.")
  private Path weights;

  @Mixin private DataOptions data;

  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "SPLIT",
      description = "test or train (default: ${DEFAULT-VALUE}).")
  private Split split;

  @Option(names = "--by-class", description = "Say how each class does, the worst first.")
  private boolean byClass;

  @Option(
      names = "--confusion",
      paramLabel = "FILE",
      description =
          "Where a CSV goes of how many images of each class are taken for which (default: nowhere).")
  private Optional<Path> confusion = Optional.empty();

  @Mixin private EngineOptions engine;

  @Override
  public Integer call() {
    WeightsFile.require(weights);
    ImageSet images = split == Split.TEST ? data.test() : data.train();
    try (NDManager manager = engine.open();
        WeightsFile file = WeightsFile.load(weights, manager)) {
      Confusion seen = new Confusion(images.classes().size());
      Evaluation result = file.evaluate(images, seen);
      if (!Double.isFinite(result.loss())) {
        throw new WeitException(
            "%s: its answers are no numbers; its weights are damaged, or of a training that diverged"
                .formatted(weights));
      }
      System.out.print(
          new TextTable("", "value")
              .row("images", result.count())
              .row("loss", String.format(Locale.ROOT, "%.4f", result.loss()))
              .row("top-1", percent(result.top1()))
              .row("top-5", percent(result.top5()))
              .row("standard error of top-1", percent(result.top1Error())));
      ClassTable classes = new ClassTable(images.classes(), seen);
      if (byClass) {
        System.out.print("\n" + classes.text());
      }
      confusion.ifPresent(
          to -> {
            AtomicFile.writeText(to, classes.csv());
            System.out.println("wrote " + to);
          });
      return 0;
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
