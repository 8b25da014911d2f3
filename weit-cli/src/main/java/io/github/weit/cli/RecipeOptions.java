package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.optim.AdamWOptions;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How ordinary training goes. */
final class RecipeOptions {

  @Option(
      names = "--epochs",
      defaultValue = "10",
      paramLabel = "N",
      description = "Passes over the training images (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "Peak learning rate (default: 3e-4 from weights, 1e-3 from scratch).")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Images per batch (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--accumulation",
      defaultValue = "1",
      paramLabel = "N",
      description = "Batches per step, for large batches in little memory (default: 1).")
  private int accumulation;

  @Option(
      names = "--warmup",
      defaultValue = "0.1",
      paramLabel = "SHARE",
      description = "Share of the steps in which the rate rises (default: ${DEFAULT-VALUE}).")
  private double warmup;

  @Option(
      names = "--cooldown",
      defaultValue = "0",
      paramLabel = "SHARE",
      description =
          "Share of the steps, the last ones, in which the rate falls in a straight line after it"
              + " has stayed at its peak; 0 for a cosine (default: ${DEFAULT-VALUE}).")
  private double cooldown;

  @Option(
      names = "--betas",
      split = ",",
      defaultValue = "0.9,0.999",
      paramLabel = "BETA",
      description =
          "AdamW's decays of the mean of gradients and of their squares (default: ${DEFAULT-VALUE}).")
  private List<Double> betas;

  @Option(
      names = "--decay",
      defaultValue = "0.05",
      paramLabel = "DECAY",
      description = "Weight decay of matrices (default: ${DEFAULT-VALUE}).")
  private double decay;

  @Option(
      names = "--clip",
      defaultValue = "1",
      paramLabel = "NORM",
      description = "Largest norm of the gradient, 0 for no clipping (default: ${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--drop-path",
      defaultValue = "0",
      paramLabel = "PROBABILITY",
      description = "Stochastic depth of the deepest layer (default: ${DEFAULT-VALUE}).")
  private double dropPath;

  @Option(
      names = "--ema",
      defaultValue = "0",
      paramLabel = "DECAY",
      description =
          "Keep a running average of the weights with this decay, such as 0.999; it is what is "
              + "evaluated and written (default: none).")
  private double ema;

  @Mixin private SkippingOption skipping;
  @Mixin private PrecisionOption precision;

  int epochs() {
    if (epochs < 1) {
      throw new WeitException("--epochs: expected 1 or more, found " + epochs);
    }
    return epochs;
  }

  /**
   * The recipe for so many images.
   *
   * @param scratch whether training starts from random weights
   */
  Recipe get(int images, boolean scratch, Augmentation augmentation) {
    long steps = (long) epochs() * stepsPerEpoch(images);
    Recipe usual = scratch ? Recipe.of(steps, batch) : Recipe.tuning(steps, batch);
    return usual
        .withLearningRate(rate.orElse(usual.learningRate()))
        .withWarmup(warmup)
        .withCooldown(cooldown)
        .withWeightDecay(decay)
        .withClipNorm(clip)
        .withAccumulation(accumulation)
        .withEma(ema)
        .withDropPath(dropPath)
        .withSkippable(skipping.most())
        .withPrecision(precision.get())
        .withAugmentation(augmentation)
        .withAdam(adam());
  }

  private AdamWOptions adam() {
    if (betas.size() != 2) {
      throw new WeitException("--betas: expected two numbers such as 0.9,0.95, found " + betas);
    }
    return new AdamWOptions(betas.get(0), betas.get(1), AdamWOptions.DEFAULT.epsilon());
  }

  /** Whole steps per pass over the images. */
  long stepsPerEpoch(int images) {
    if (batch < 1 || accumulation < 1) {
      throw new WeitException(
          "--batch and --accumulation must be at least 1, found %d and %d"
              .formatted(batch, accumulation));
    }
    long steps = images / ((long) batch * accumulation);
    if (steps < 1) {
      throw new WeitException(
          "%d training images are fewer than a step of %d times %d; use a smaller --batch"
              .formatted(images, accumulation, batch));
    }
    return steps;
  }
}
