package io.github.weit.benchmarks;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Provenance;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.examples.EmbeddedFashionMnist;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.metrics.CsvLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Resident memory and arrays alive over thousands of steps of stages 1 and 2. Run it with a heap
 * that is there from the start ({@code -Xms256m -Xmx256m -XX:+AlwaysPreTouch}), so that what grows
 * is native memory. Linux only.
 */
public final class NativeMemory {

  private static final long STEPS = 10_000;
  private static final long EVERY = 500;
  private static final Size SIZE = new Size(64, 3);

  private NativeMemory() {}

  /**
   * @param arguments the CSV to write
   */
  public static void main(String[] arguments) {
    ImageSet images = EmbeddedFashionMnist.train();
    Vit vit = Vit.small(28, 1, 10).withPatch(7);
    Recipe recipe = Recipe.of(STEPS, 16).withAugmentation(Augmentation.LIGHT);
    Seed seed = new Seed(0);
    BatchSource source =
        new BatchSource(images, Normalisation.of(images), recipe.augmentation(), 16, seed);
    List<String> header =
        List.of("stage", "step", "arrays", "rss_kib", "date", "cpu", "threads", "versions");
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        CsvLog csv = CsvLog.open(Path.of(arguments[0]), header);
        Pretraining pretraining =
            new Pretraining(PretrainPlan.of(vit, SIZE, recipe), seed, manager)) {
      try (BatchStream stream = source.open(0)) {
        pretraining.run(stream::next, sampler("pretrain", manager, csv), () -> false);
      }
      try (BatchStream stream = source.open(0);
          ScalerFit fit =
              new ScalerFit(
                  vit, SIZE, pretraining.bank(), pretraining.scalers(), recipe, seed, manager)) {
        fit.run(stream::next, sampler("fit", manager, csv), () -> false);
      }
    }
  }

  private static TrainingListener sampler(String stage, NDManager manager, CsvLog csv) {
    Provenance machine = RunInfo.provenance("NativeMemory");
    return report -> {
      if (report.step() % EVERY == 0) {
        long rss = residentKibibytes();
        int arrays = manager.getManagedArrays().size();
        csv.row(
            stage,
            report.step(),
            arrays,
            rss,
            machine.date(),
            machine.cpu(),
            machine.threads(),
            machine.versions());
        System.out.printf(
            Locale.ROOT, "%s step %d: %d arrays, %d KiB%n", stage, report.step(), arrays, rss);
      }
    };
  }

  private static long residentKibibytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
