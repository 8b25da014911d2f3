package io.github.weit.cli;

import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Preset;
import io.github.weit.models.Size;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Sampling;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.ImageSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How templates are learnt. */
final class PretrainOptionsGroup {

  @Option(
      names = "--size",
      paramLabel = "WIDTHxDEPTH",
      description =
          "The full size, whose scalers are learnt and kept (default: 128x6 for vit, 32x3-3-3 for"
              + " others).")
  private Optional<Size> size = Optional.empty();

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Or family and full size of a model that has a name, such as cifar_resnet20 or"
              + " deit_tiny_patch16_224.")
  private Optional<Preset> preset = Optional.empty();

  @Option(
      names = "--pretrain-steps",
      defaultValue = "2500",
      paramLabel = "N",
      description = "Steps of pre-training (default: ${DEFAULT-VALUE}).")
  private long steps;

  @Option(
      names = "--pretrain-rate",
      defaultValue = "1e-3",
      paramLabel = "RATE",
      description = "Peak learning rate of pre-training (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--pretrain-cooldown",
      paramLabel = "SHARE",
      description =
          "Share of the steps, the last ones, in which the rate falls after it has stayed at the peak"
              + " (default: 0, a cosine; tuned: 0.4).")
  private Optional<Double> cooldown = Optional.empty();

  @Option(
      names = "--full-first",
      paramLabel = "SHARE",
      description =
          "Share of the steps, the first ones, that train the full size alone before others are"
              + " drawn (default: 0; tuned: 0.5).")
  private Optional<Double> fullFirst = Optional.empty();

  @Option(
      names = "--full-share",
      defaultValue = "0.5",
      paramLabel = "SHARE",
      description =
          "Share of the steps, after those of --full-first, that train the full size; the others train"
              + " one that is drawn (default: ${DEFAULT-VALUE}; 1 draws no other size).")
  private double fullShare;

  @Option(
      names = "--smallest",
      paramLabel = "WIDTHxDEPTH",
      description =
          "Narrowest width and shallowest depth drawn (default: half of each; tuned: a quarter of the"
              + " width and a third of the depth).")
  private Optional<Size> smallest = Optional.empty();

  @Option(
      names = "--largest",
      paramLabel = "WIDTHxDEPTH",
      description =
          "Widest width and deepest depth drawn, by scalers that are tiled and interpolated; never a"
              + " size that costs more than the full one (default: the full size; tuned: twice each).")
  private Optional<Size> largest = Optional.empty();

  @Option(
      names = "--hold-out",
      split = ",",
      paramLabel = "WIDTHxDEPTH",
      description = "Sizes that are never drawn, so that they stay unseen.")
  private Set<Size> heldOut = new LinkedHashSet<>();

  @Option(
      names = "--templated",
      paramLabel = "WHAT",
      description =
          "What has templates: all weights, or the matrices of layers alone, so that embeddings,"
              + " gains, biases and the head are cut as they are (default: all; tuned, for vit: matrices).")
  private Optional<Templated> templated = Optional.empty();

  @Option(
      names = "--pretrain-batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Images per step of pre-training (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--template-rate",
      paramLabel = "FACTOR",
      description =
          "Multiplies the rate for templates (default: 8; tuned, for vit and resnet: 16).")
  private Optional<Double> templateRate = Optional.empty();

  @Option(
      names = "--scaler-rate",
      paramLabel = "FACTOR",
      description = "Multiplies the rate for scalers (default: 1; tuned, for vit: 0.125).")
  private Optional<Double> scalerRate = Optional.empty();

  @Option(
      names = "--in-place-distillation",
      defaultValue = "0",
      paramLabel = "WEIGHT",
      description =
          "How much steps at other sizes learn from what the full size says of their images, 0"
              + " to 1 (default: ${DEFAULT-VALUE}).")
  private double inPlaceDistillation;

  @Option(
      names = "--pretrain-ema",
      defaultValue = "0",
      paramLabel = "DECAY",
      description =
          "Keep running averages of templates and scalers with this decay, such as 0.998; they are"
              + " what is written (default: none).")
  private double ema;

  @Mixin private TunedOption tuned;
  @Mixin private SkippingOption skipping;
  @Mixin private PrecisionOption precision;

  /** Which weights are made of templates. */
  private enum Templated {
    ALL(new KroneckerConstraint()),
    MATRICES(new MatricesOnlyConstraint(new KroneckerConstraint()));

    private final Constraint constraint;

    Templated(Constraint constraint) {
      this.constraint = constraint;
    }

    Constraint constraint() {
      return constraint;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which defaults hold. */
  TunedOption tuned() {
    return tuned;
  }

  /** What everything is computed in. */
  Precision precision() {
    return precision.get();
  }

  /** How many steps may be skipped, in each training. */
  int skippable() {
    return skipping.most();
  }

  /** Whether a name says what is pre-trained. */
  boolean hasPreset() {
    return preset.isPresent();
  }

  private Size size(FamilyOptions families) {
    if (preset.isPresent() && size.isPresent()) {
      throw new WeitException(
          "--preset %s has the size %s; leave out --size"
              .formatted(preset.get().name(), preset.get().size()));
    }
    return preset.map(Preset::size).or(() -> size).orElseGet(families::usualSize);
  }

  /**
   * @param images whose family is pre-trained
   * @param alsoHeldOut beside those that were named
   */
  PretrainPlan plan(
      FamilyOptions families, ImageSet images, Augmentation augmentation, Set<Size> alsoHeldOut) {
    Recipe recipe =
        PretrainPlan.recipe(steps, batch)
            .withLearningRate(rate)
            .withAugmentation(augmentation)
            .withSkippable(skippable())
            .withEma(ema)
            .withPrecision(precision.get());
    Size full = size(families);
    if (heldOut.contains(full)) {
      throw new WeitException(
          "--hold-out: %s is the full size, which is always trained; leave it out".formatted(full));
    }
    PretrainPlan published = PretrainPlan.of(families.family(preset, images, tuned), full, recipe);
    PretrainPlan usual = tuned.get() ? published.tuned().withFamily(published.family()) : published;
    Set<Size> all = new LinkedHashSet<>(heldOut);
    all.addAll(alsoHeldOut);
    return usual
        .withRecipe(usual.recipe().withCooldown(cooldown.orElse(usual.recipe().cooldown())))
        .withConstraint(templated.map(Templated::constraint).orElse(usual.constraint()))
        .withOptions(
            usual
                .options()
                .withRates(
                    templateRate.orElse(usual.options().templateRate()),
                    scalerRate.orElse(usual.options().scalerRate()))
                .withInPlaceDistillation(inPlaceDistillation))
        .withSampling(
            sizes ->
                new Sampling(
                    fullFirst.orElse(sizes.fullFirst()),
                    fullShare,
                    smallest.orElse(sizes.minimum()),
                    largest.orElse(sizes.maximum()),
                    all));
  }
}
