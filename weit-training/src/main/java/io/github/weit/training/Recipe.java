package io.github.weit.training;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.optim.AdamWOptions;
import io.github.weit.training.optim.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How images are trained on, whatever is trained: the same words for pre-training, fitting and
 * ordinary training.
 *
 * @param steps steps of the optimiser
 * @param batchSize images per batch
 * @param learningRate the peak of a schedule with linear warm-up, which ends at a hundredth of it
 * @param warmup the share of the steps, the first ones, in which the rate rises
 * @param cooldown the share of the steps, the last ones, in which the rate falls linearly after it
 *     has stayed at the peak; 0 for a cosine from the end of the warm-up on
 * @param weightDecay decoupled decay of what decays
 * @param clipNorm largest global norm of the gradients; 0 for no clipping
 * @param accumulation batches per step
 * @param emaDecay decay of a running average of what is trained; 0 for none
 * @param dropPath stochastic depth of the deepest layer
 * @param skippable how many steps may be skipped because their loss or gradient is not a number; 0
 *     ends the run at the first
 * @param precision of the products in forward and backward passes
 * @param augmentation of the training images
 * @param adam the optimiser's constants
 */
public record Recipe(
    long steps,
    int batchSize,
    double learningRate,
    double warmup,
    double cooldown,
    double weightDecay,
    double clipNorm,
    int accumulation,
    double emaDecay,
    double dropPath,
    int skippable,
    Precision precision,
    Augmentation augmentation,
    AdamWOptions adam) {

  public Recipe {
    if (!(warmup >= 0 && warmup < 1)) {
      throw new WeitException("warm-up must be a share from 0 to below 1, found " + warmup);
    }
    if (!(cooldown >= 0 && warmup + cooldown <= 1)) {
      throw new WeitException(
          "the cool-down must be a share from 0 to what a warm-up of %s leaves, found %s"
              .formatted(warmup, cooldown));
    }
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new WeitException("drop path must be from 0 to below 1, found " + dropPath);
    }
    if (steps < 1 || batchSize < 1) {
      throw new WeitException(
          "steps and batch size must be at least 1, found %d and %d".formatted(steps, batchSize));
    }
    if (!(learningRate > 0 && Double.isFinite(learningRate))) {
      throw new WeitException(
          "the learning rate must be positive and finite, found " + learningRate);
    }
    if (!(weightDecay >= 0 && Double.isFinite(weightDecay))) {
      throw new WeitException(
          "the weight decay must be 0 or more and finite, found " + weightDecay);
    }
    LoopOptions.check(steps, clipNorm, accumulation, emaDecay, skippable);
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(augmentation, "augmentation");
    Objects.requireNonNull(adam, "adam");
  }

  /**
   * AdamW at 1e-3 with a decay of 0.05, a tenth of warm-up, gradients clipped to norm 1, images
   * mirrored: for random weights. The commands have the same defaults.
   */
  public static Recipe of(long steps, int batchSize) {
    return new Recipe(
        steps,
        batchSize,
        1e-3,
        0.1,
        0,
        0.05,
        1,
        1,
        0,
        0,
        0,
        Precision.FLOAT32,
        Augmentation.FLIP,
        AdamWOptions.DEFAULT);
  }

  /**
   * The same at 3e-4: for weights that know something, such as those of a composed model, which
   * lose points in the first epoch at the higher rate.
   */
  public static Recipe tuning(long steps, int batchSize) {
    return of(steps, batchSize).withLearningRate(3e-4);
  }

  public Recipe withSteps(long value) {
    return edit(draft -> draft.steps = value);
  }

  public Recipe withBatchSize(int value) {
    return edit(draft -> draft.batchSize = value);
  }

  public Recipe withLearningRate(double value) {
    return edit(draft -> draft.learningRate = value);
  }

  public Recipe withWarmup(double value) {
    return edit(draft -> draft.warmup = value);
  }

  public Recipe withCooldown(double value) {
    return edit(draft -> draft.cooldown = value);
  }

  public Recipe withWeightDecay(double value) {
    return edit(draft -> draft.weightDecay = value);
  }

  public Recipe withClipNorm(double value) {
    return edit(draft -> draft.clipNorm = value);
  }

  public Recipe withAccumulation(int value) {
    return edit(draft -> draft.accumulation = value);
  }

  public Recipe withEma(double value) {
    return edit(draft -> draft.emaDecay = value);
  }

  public Recipe withDropPath(double value) {
    return edit(draft -> draft.dropPath = value);
  }

  public Recipe withSkippable(int value) {
    return edit(draft -> draft.skippable = value);
  }

  public Recipe withPrecision(Precision value) {
    return edit(draft -> draft.precision = value);
  }

  public Recipe withAugmentation(Augmentation value) {
    return edit(draft -> draft.augmentation = value);
  }

  public Recipe withAdam(AdamWOptions value) {
    return edit(draft -> draft.adam = value);
  }

  private Recipe edit(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finish();
  }

  /**
   * The batches that this asks for: its size, its augmentation, in an order that the seed decides.
   */
  public BatchSource batches(ImageSet images, Normalisation normalisation, Seed seed) {
    return new BatchSource(images, normalisation, augmentation, batchSize, seed);
  }

  /** The loop's part of this. */
  public LoopOptions loop(Seed seed) {
    return new LoopOptions(
        steps, schedule(), clipNorm, accumulation, adam, emaDecay, skippable, seed);
  }

  private Schedule schedule() {
    long rising = Math.min(steps - 1, Math.round(warmup * steps));
    double floor = learningRate / 100;
    if (cooldown == 0) {
      return new Schedule.WarmupCosine(learningRate, rising, steps, floor);
    }
    long falling = Math.min(steps - rising, Math.round(cooldown * steps));
    return new Schedule.WarmupCooldown(learningRate, rising, falling, steps, floor);
  }

  /**
   * Every value by its name. Files keep this text and runs are told apart by it, so it leaves out
   * the optimiser's usual constants, which it had no words for once.
   */
  @Override
  public String toString() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("steps", steps);
    values.put("batchSize", batchSize);
    values.put("learningRate", learningRate);
    values.put("warmup", warmup);
    values.put("cooldown", cooldown);
    values.put("weightDecay", weightDecay);
    values.put("clipNorm", clipNorm);
    values.put("accumulation", accumulation);
    values.put("emaDecay", emaDecay);
    values.put("dropPath", dropPath);
    values.put("skippable", skippable);
    values.put("precision", precision);
    values.put("augmentation", augmentation);
    if (!adam.equals(AdamWOptions.DEFAULT)) {
      values.put("adam", adam);
    }
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining(", ", "Recipe[", "]"));
  }

  /** The same values while one of them changes. */
  private static final class Draft {
    private long steps;
    private int batchSize;
    private double learningRate;
    private double warmup;
    private double cooldown;
    private double weightDecay;
    private double clipNorm;
    private int accumulation;
    private double emaDecay;
    private double dropPath;
    private int skippable;
    private Precision precision;
    private Augmentation augmentation;
    private AdamWOptions adam;

    Draft(Recipe recipe) {
      steps = recipe.steps;
      batchSize = recipe.batchSize;
      learningRate = recipe.learningRate;
      warmup = recipe.warmup;
      cooldown = recipe.cooldown;
      weightDecay = recipe.weightDecay;
      clipNorm = recipe.clipNorm;
      accumulation = recipe.accumulation;
      emaDecay = recipe.emaDecay;
      dropPath = recipe.dropPath;
      skippable = recipe.skippable;
      precision = recipe.precision;
      augmentation = recipe.augmentation;
      adam = recipe.adam;
    }

    Recipe finish() {
      return new Recipe(
          steps,
          batchSize,
          learningRate,
          warmup,
          cooldown,
          weightDecay,
          clipNorm,
          accumulation,
          emaDecay,
          dropPath,
          skippable,
          precision,
          augmentation,
          adam);
    }
  }
}
