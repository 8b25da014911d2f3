package io.github.weit.examples;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.compare.CompareJob;
import io.github.weit.cli.compare.CompareLines;
import io.github.weit.cli.compare.Plan;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The main job on the embedded data: one pre-training, then models of four sizes that it never saw,
 * each trained from composed and from random weights with the same recipe. It takes a few minutes
 * on two cores; run again, it goes on where it was stopped.
 */
public final class MainJob {

  private static final Size PRETRAINED = new Size(96, 4);

  private static final List<Size> UNSEEN =
      List.of(new Size(32, 4), new Size(64, 3), new Size(96, 6), new Size(128, 4));

  private MainJob() {}

  /**
   * @param arguments the folder for results, {@code runs/demo} if there is none
   */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "runs/demo");
    run(folder, 1_000, 150, 2_000, 3);
  }

  /** The job at a scale of one's choice. */
  static void run(
      Path folder, long pretrainingSteps, long fitSteps, int trainingImages, int epochs) {
    ImageSet train = EmbeddedFashionMnist.train();
    ImageSet test = EmbeddedFashionMnist.test();
    Augmentation flip = Augmentation.FLIP;
    Vit vit = Vit.small(28, 1, 10);
    System.out.printf(
        Locale.ROOT,
        """
        One pre-training, models of any size, on %,d images of Fashion-MNIST.
        1. Pre-train weight templates at width x depth %s, half of the steps at smaller sizes.
        2. For each of %s, sizes that were never trained: compose a model, fit its scalers
           to what the model of the full size says of %,d images.
        3. Train it for %d epochs on these images, and the same from random weights.

        """,
        train.size(),
        PRETRAINED,
        UNSEEN,
        trainingImages,
        epochs);

    Recipe recipe = PretrainPlan.recipe(pretrainingSteps, 64).withAugmentation(flip);
    PretrainPlan pretraining =
        PretrainPlan.of(vit, PRETRAINED, recipe)
            .withSampling(
                sizes ->
                    sizes.withMinimum(new Size(32, 2)).withHeldOut(new LinkedHashSet<>(UNSEEN)));
    Recipe training = Recipe.of(1, 64).withAugmentation(flip).withEma(0.99);
    Recipe fit = training.withSteps(fitSteps).withLearningRate(2.5e-4).withEma(0);
    List<Integer> measured = epochs < 3 ? List.of(1, epochs) : List.of(1, 2, epochs);
    Plan plan =
        new Plan(
            List.of("weit", "scratch"),
            UNSEEN,
            List.of(1L),
            fit,
            trainingImages,
            TeachingOptions.of(1),
            training,
            Map.of(),
            trainingImages,
            measured,
            measured,
            0.5);

    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("auto"))) {
      CompareJob job = new CompareJob(folder, folder, train, test, manager);
      CompareLines lines = new CompareLines(System.out, TrainingLines.isTerminal());
      job.pretrain(plan, images -> pretraining, new Seed(0), lines::pretraining, () -> false);
      System.out.println();
      job.compare(plan, MainJob.class.getName(), lines, () -> false)
          .summary()
          .ifPresent(System.out::println);
    }
    System.out.printf(
        Locale.ROOT,
        """

        Chart:    %1$s/start.png
        Report:   %1$s/report.html
        Next:     ./weit plan --templates %1$s/%2$s      the sizes you can have, and what they cost
                  ./weit fit --templates %1$s/%2$s --help     a model of a size of your own
                  ./weit compare --help                             the same on CIFAR-10 or your images
        """,
        folder,
        CompareJob.TEMPLATES);
  }
}
