package io.github.weit.benchmarks.ablations;

import io.github.weit.baselines.Parent;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainOptions;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A question, and the variants whose difference answers it; the first is what the others are
 * compared with.
 */
enum Ablation {
  /** How many templates a type has. */
  TERMS(terms(32, 16), terms(32, 32), terms(32, 128)),
  /** How wide a template is, with as many templates and with a quarter of them. */
  WIDTH(terms(16, 64), terms(16, 16)),
  /** What share of the full size's parameters is kept, by width and number. */
  KEPT(terms(32, 16), terms(32, 8), terms(32, 4), terms(32, 2), terms(16, 8)),
  /** Which factor's index runs slower. */
  ORDER(
      Variant.of(
          "interleaved",
          plan ->
              plan.withConstraint(
                  new MatricesOnlyConstraint(
                      new KroneckerConstraint(KroneckerConstraint.Order.INTERLEAVED))))),
  /** Whether embeddings, gains, biases and the head have templates too, or nothing has. */
  TEMPLATED(
      Variant.of("everything", plan -> plan.withConstraint(new KroneckerConstraint())),
      Variant.of(
          "everything, width 32 with 16, 32 and 4 templates",
          plan ->
              withFamily(vit -> vit.withCut(new TemplateCut(32, 16, 32, 4)))
                  .apply(plan)
                  .withConstraint(new KroneckerConstraint())
                  .withOptions(PretrainOptions.standard())),
      Variant.of("nothing", Parent.SUPERNET::plan)),
  /** How often other sizes are drawn, from the start or after the full size alone. */
  SAMPLING(
      sampled(0, 1),
      sampled(0, 0.5),
      sampled(0, 0.2),
      sampled(0, 0),
      sampled(0.4, 0.2),
      sampled(0.7, 0.5)),
  /** Which sizes are drawn. */
  DRAWN(
      Variant.of(
          "none beyond the full size",
          plan -> plan.withSampling(sizes -> sizes.withMaximum(plan.size()))),
      Variant.of(
          "none below a width of 64 or a depth of 3",
          plan -> plan.withSampling(sizes -> sizes.withMinimum(new Size(64, 3))))),
  /** What steps at other sizes learn from. */
  TEACHING(teaching(0.5), teaching(1)),
  /** Running averages of templates and scalers. */
  AVERAGE(average(0.99), average(0.998)),
  /** Rates, of all and of one factor; at a rate of 0 templates stay the random ones they were. */
  RATES(
      rate(5e-4),
      rate(2e-3),
      templateRate(0),
      templateRate(1),
      templateRate(4),
      templateRate(32),
      scalerRate(0.03),
      scalerRate(0.5)),
  /** When the rate falls: in a cosine, or in a straight line after it has stayed at the peak. */
  SCHEDULE(cooldown(0), cooldown(0.2), cooldown(0.8)),
  /** Where scalers start, with and without a fit. */
  START(
      start(ScalerStart.REPEATED),
      start(ScalerStart.SPREAD),
      start(ScalerStart.IDENTICAL),
      start(ScalerStart.RANDOM)),
  /**
   * What templates know and what scalers do: either, or both, random in the layers' matrices; also
   * at four times the rate and for a thousand steps, since what knows less may want more.
   */
  KNOWLEDGE(
      random("templates", FitPlan::withRandomTemplates),
      fasterRandom("templates", FitPlan::withRandomTemplates),
      random("scalers", Ablation::withRandomScalers),
      fasterRandom("scalers", Ablation::withRandomScalers),
      longerRandom("scalers", Ablation::withRandomScalers),
      random("both", Ablation::withBothRandom),
      fasterRandom("both", Ablation::withBothRandom),
      longerRandom("both", Ablation::withBothRandom)),
  /** How many images scalers are fitted to, with the full size's word and with labels. */
  FIT_IMAGES(
      images(100, 1),
      images(500, 1),
      images(2000, 1),
      images(100, 0),
      images(500, 0),
      images(2000, 0),
      images(10_000, 0)),
  /** How the full size is asked, and how softly it is learnt from. */
  FIT_TEACHING(
      taught(1, true), taught(2, false), taught(2, true), taught(4, false), taught(4, true)),
  /** How long they are fitted. */
  FIT_STEPS(steps(100), steps(1000)),
  /** How fast they are fitted. */
  FIT_RATE(fitRate(5e-5), fitRate(1e-4), fitRate(5e-4), fitRate(1e-3));

  /** Templates and order of the proof, which every variant changes one thing of. */
  static PretrainPlan standard(PretrainPlan plan) {
    return plan.tuned();
  }

  private final List<Variant> variants;

  /** Variants beside the default. */
  Ablation(Variant... others) {
    List<Variant> all = new ArrayList<>(List.of(Variant.standard()));
    all.addAll(Arrays.asList(others));
    variants = List.copyOf(all);
  }

  /** Variants of which the first is what the others are compared with. */
  Ablation(List<Variant> variants) {
    this.variants = variants;
  }

  List<Variant> variants() {
    return variants;
  }

  /** Whether its variants share one pre-training, so that the fit is what is measured. */
  boolean ofTheFit() {
    return this == START
        || this == KNOWLEDGE
        || this == FIT_IMAGES
        || this == FIT_TEACHING
        || this == FIT_STEPS
        || this == FIT_RATE;
  }

  static Ablation of(String name) {
    return Arrays.stream(values())
        .filter(known -> known.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "no ablation is called '%s'; there are %s"
                        .formatted(name, Arrays.toString(values()))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Variant terms(int width, int terms) {
    return Variant.of(
        "width %d with %d and %d templates".formatted(width, terms, 2 * terms), cut(width, terms));
  }

  /**
   * Twice as many templates for the MLP as for attention. A step moves a weight by about rate *
   * sqrt(terms), so the scalers' rate goes with 1 / sqrt(terms).
   */
  private static UnaryOperator<PretrainPlan> cut(int width, int terms) {
    TemplateCut cut = new TemplateCut(width, terms, 2 * terms, 4);
    double scalerRate = Math.min(1, 1 / Math.sqrt(terms));
    return plan ->
        withFamily(vit -> vit.withCut(cut))
            .apply(plan)
            .withOptions(plan.options().withRates(plan.options().templateRate(), scalerRate));
  }

  private static UnaryOperator<PretrainPlan> withFamily(UnaryOperator<Vit> change) {
    return plan -> plan.withFamily(change.apply((Vit) plan.family()));
  }

  private static UnaryOperator<PretrainPlan> withRecipe(UnaryOperator<Recipe> change) {
    return plan -> plan.withRecipe(change.apply(plan.recipe()));
  }

  private static Variant sampled(double first, double fullShare) {
    return Variant.of(
        "full size alone for %s of the steps, then full share %s".formatted(first, fullShare),
        plan -> plan.withSampling(sizes -> sizes.withFullFirst(first).withFullShare(fullShare)));
  }

  private static Variant teaching(double weight) {
    return Variant.of(
        "in-place distillation " + weight,
        plan -> plan.withOptions(plan.options().withInPlaceDistillation(weight)));
  }

  private static Variant average(double decay) {
    return Variant.of("average " + decay, withRecipe(recipe -> recipe.withEma(decay)));
  }

  private static Variant rate(double rate) {
    return Variant.of("rate " + rate, withRecipe(recipe -> recipe.withLearningRate(rate)));
  }

  private static Variant cooldown(double share) {
    return Variant.of("cool-down " + share, withRecipe(recipe -> recipe.withCooldown(share)));
  }

  private static Variant templateRate(double rate) {
    return Variant.of(
        "template rate " + rate,
        plan -> plan.withOptions(plan.options().withRates(rate, plan.options().scalerRate())));
  }

  private static Variant scalerRate(double rate) {
    return Variant.of(
        "scaler rate " + rate,
        plan -> plan.withOptions(plan.options().withRates(plan.options().templateRate(), rate)));
  }

  private static Variant start(ScalerStart start) {
    return Variant.fitting(start.name().toLowerCase(Locale.ROOT), fit -> fit.withStart(start));
  }

  private static Variant random(String what, UnaryOperator<FitPlan> change) {
    return Variant.fitting(what + " random", change);
  }

  private static Variant fasterRandom(String what, UnaryOperator<FitPlan> change) {
    return Variant.fitting(
        what + " random, 4 times the rate", fit -> change.apply(fit).withRate(4 * fit.rate()));
  }

  private static Variant longerRandom(String what, UnaryOperator<FitPlan> change) {
    return Variant.fitting(what + " random, 1000 steps", fit -> change.apply(fit).withSteps(1000));
  }

  private static FitPlan withRandomScalers(FitPlan fit) {
    return fit.withStart(ScalerStart.RANDOM_MATRICES);
  }

  private static FitPlan withBothRandom(FitPlan fit) {
    return withRandomScalers(fit).withRandomTemplates();
  }

  private static Variant images(int count, double teaching) {
    return Variant.fitting(
        "%d images, %s".formatted(count, teaching == 0 ? "labels" : "the full size's word"),
        fit -> fit.withImages(count).withTeaching(TeachingOptions.of(teaching)));
  }

  private static Variant taught(double temperature, boolean bothViews) {
    return Variant.fitting(
        "temperature %s%s".formatted(temperature, bothViews ? ", both views" : ""),
        fit -> fit.withTeaching(new TeachingOptions(1, temperature, bothViews)));
  }

  private static Variant steps(long count) {
    return Variant.fitting(count + " steps", fit -> fit.withSteps(count));
  }

  private static Variant fitRate(double rate) {
    return Variant.fitting("fit rate " + rate, fit -> fit.withRate(rate));
  }
}
