package io.github.weit.benchmarks.ablations;

import io.github.weit.core.DenseConstraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Recipe;
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
  TERMS(cuts(new int[][] {{32, 4, 8, 4}, {32, 8, 16, 4}, {32, 32, 64, 4}})),
  /** How wide a template is, at equal numbers of templates. */
  WIDTH(cuts(new int[][] {{16, 16, 32, 4}, {8, 16, 32, 4}})),
  /** What share of the full size's parameters is kept, by width and number. */
  KEPT(
      cuts(
          new int[][] {
            {32, 8, 8, 2}, {32, 4, 4, 2}, {16, 16, 16, 4}, {16, 8, 8, 2}, {16, 32, 32, 4}
          })),
  /** Which factor's index runs slower. */
  ORDER(
      Variant.of(
          "interleaved",
          plan ->
              plan.withConstraint(new KroneckerConstraint(KroneckerConstraint.Order.INTERLEAVED)))),
  /** Whether embeddings, gains, biases and the head have templates too. */
  TEMPLATED(
      Variant.of(
          "matrices only",
          plan -> plan.withConstraint(new MatricesOnlyConstraint(new KroneckerConstraint()))),
      Variant.of("nothing", plan -> plan.withConstraint(new DenseConstraint()))),
  /** How wide and many templates of matrices alone are, and how fast their scalers move. */
  MATRICES(
      matrices(32, 16, 1),
      matrices(32, 16, 0.3),
      matrices(16, 16, 1),
      matrices(16, 32, 1),
      matrices(16, 32, 0.25),
      matrices(32, 64, 0.25)),
  /** The share of the steps at the full size. */
  SAMPLING(full(1), full(0.75), full(0.25), full(0)),
  /** Whether sizes beyond the full one are drawn, and how often the full one then is. */
  BEYOND(List.of(beyond(0.5, false), beyond(0.5, true), beyond(0.25, true))),
  /** Whether the full size is trained alone first, and how often it is drawn then. */
  FULL_FIRST(List.of(fullFirst(0, 0.5), fullFirst(0.5, 0.5), fullFirst(0.4, 0.2))),
  /** What steps at smaller sizes learn from. */
  TEACHING(teaching(0.5), teaching(1)),
  /** Running averages of templates and scalers. */
  AVERAGE(average(0.99), average(0.998)),
  /** Rates, of all and of one factor. */
  RATES(
      rate(5e-4),
      rate(2e-3),
      Variant.of("scaler rate 0.3", plan -> plan.withOptions(plan.options().withRates(1, 0.3))),
      Variant.of("template rate 3", plan -> plan.withOptions(plan.options().withRates(3, 1)))),
  /** Where scalers start, with and without a fit. */
  START(starts()),
  /** How many images scalers are fitted to. */
  FIT_IMAGES(images(100), images(500), images(10_000)),
  /** How long they are fitted. */
  FIT_STEPS(steps(50), steps(500)),
  /** How fast they are fitted. */
  FIT_RATE(fitRate(2e-5), fitRate(5e-5), fitRate(1e-4), fitRate(2e-4), fitRate(1e-3));

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
    return this == START || this == FIT_IMAGES || this == FIT_STEPS || this == FIT_RATE;
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

  private static Variant[] cuts(int[][] cuts) {
    return Arrays.stream(cuts)
        .map(
            cut ->
                Variant.of(
                    "width %d with %d, %d and %d templates"
                        .formatted(cut[0], cut[1], cut[2], cut[3]),
                    withFamily(
                        vit -> vit.withCut(new TemplateCut(cut[0], cut[1], cut[2], cut[3])))))
        .toArray(Variant[]::new);
  }

  private static UnaryOperator<PretrainPlan> withFamily(UnaryOperator<Vit> change) {
    return plan -> plan.withFamily(change.apply((Vit) plan.family()));
  }

  private static UnaryOperator<PretrainPlan> withRecipe(UnaryOperator<Recipe> change) {
    return plan -> plan.withRecipe(change.apply(plan.recipe()));
  }

  /** Twice as many templates for the MLP as for attention. */
  private static Variant matrices(int width, int terms, double scalerRate) {
    TemplateCut cut = new TemplateCut(width, terms, 2 * terms, 4);
    return Variant.of(
        "matrices only, width %d with %d and %d templates, scaler rate %s"
            .formatted(width, terms, 2 * terms, scalerRate),
        plan ->
            withFamily(vit -> vit.withCut(cut))
                .apply(plan)
                .withConstraint(new MatricesOnlyConstraint(new KroneckerConstraint()))
                .withOptions(plan.options().withRates(1, scalerRate)));
  }

  private static Variant full(double share) {
    return Variant.of(
        "full share " + share, plan -> plan.withSampling(sizes -> sizes.withFullShare(share)));
  }

  /** With templates as the comparisons have them. */
  private static Variant beyond(double fullShare, boolean larger) {
    return Variant.of(
        "many templates of matrices, full share %s%s"
            .formatted(fullShare, larger ? ", to 256x12" : ""),
        plan ->
            matrices(32, 64, 0.25)
                .pretraining()
                .apply(plan)
                .withSampling(
                    sizes ->
                        sizes
                            .withFullShare(fullShare)
                            .withMaximum(larger ? new Size(256, 12) : plan.size())));
  }

  /** With the same templates and sizes. */
  private static Variant fullFirst(double first, double fullShare) {
    return Variant.of(
        "full size alone for %s of the steps, then full share %s".formatted(first, fullShare),
        plan ->
            beyond(fullShare, true)
                .pretraining()
                .apply(plan)
                .withSampling(sizes -> sizes.withFullFirst(first).withFullShare(fullShare)));
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

  private static Variant[] starts() {
    return Arrays.stream(ScalerStart.values())
        .filter(start -> start != ScalerStart.RESIZED)
        .map(
            start ->
                Variant.fitting(start.name().toLowerCase(Locale.ROOT), fit -> fit.withStart(start)))
        .toArray(Variant[]::new);
  }

  private static Variant images(int count) {
    return Variant.fitting(count + " images", fit -> fit.withImages(count));
  }

  private static Variant steps(long count) {
    return Variant.fitting(count + " steps", fit -> fit.withSteps(count));
  }

  private static Variant fitRate(double rate) {
    return Variant.fitting("fit rate " + rate, fit -> fit.withRate(rate));
  }
}
