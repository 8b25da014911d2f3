package io.github.weit.templates;

import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.models.Family;
import io.github.weit.models.LongTraining;
import io.github.weit.models.Size;
import io.github.weit.training.Recipe;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What a pre-training does, apart from data and seed.
 *
 * @param family the architecture
 * @param size the full size, which most steps train and whose scalers are kept
 * @param constraint how weights are made of templates and scalers
 * @param sampling which sizes its steps train
 * @param recipe steps, batch size, rate and so on
 * @param options rates and decay of templates and scalers
 */
public record PretrainPlan(
    Family family,
    Size size,
    Constraint constraint,
    Sampling sampling,
    Recipe recipe,
    PretrainOptions options) {

  /**
   * The usual recipe, without clipping. A clip to one norm gives a step at a small size, which
   * moves fewer scalers, more weight in each of them than a step at the full size
   * (docs/method-notes.md).
   */
  public static Recipe recipe(long steps, int batchSize) {
    return Recipe.of(steps, batchSize).withClipNorm(0);
  }

  /**
   * The Kronecker constraint; half of the steps at the full size, the others from half of its width
   * and half of its depths up to it.
   */
  public static PretrainPlan of(Family family, Size size, Recipe recipe) {
    return new PretrainPlan(
        family,
        size,
        new KroneckerConstraint(),
        Sampling.upTo(size, size.part(2, 2, family.widthStep())),
        recipe,
        PretrainOptions.standard());
  }

  public PretrainPlan withFamily(Family value) {
    return new PretrainPlan(value, size, constraint, sampling, recipe, options);
  }

  public PretrainPlan withConstraint(Constraint value) {
    return new PretrainPlan(family, size, value, sampling, recipe, options);
  }

  public PretrainPlan withSampling(Sampling value) {
    return new PretrainPlan(family, size, constraint, value, recipe, options);
  }

  /** The same with some of its sampling changed. */
  public PretrainPlan withSampling(UnaryOperator<Sampling> change) {
    return withSampling(change.apply(sampling));
  }

  public PretrainPlan withRecipe(Recipe value) {
    return new PretrainPlan(family, size, constraint, sampling, value, options);
  }

  public PretrainPlan withOptions(PretrainOptions value) {
    return new PretrainPlan(family, size, constraint, sampling, recipe, value);
  }

  /**
   * The same as measured best here after a pre-training of many epochs, which goes beyond what is
   * published (docs/method-notes.md): the full size alone for half of the steps, then also others,
   * from a quarter of its width and a third of its depths to twice as wide or as deep, none that
   * costs more than it; the rate at its peak until the last two fifths of the steps, so that sizes
   * that come late learn as fast; under a Kronecker constraint how many templates there are and of
   * what, and how fast they and scalers learn, as the family's {@link Family#longTraining} says.
   * How wide templates are and who shares them stays.
   */
  public PretrainPlan tuned() {
    PretrainPlan drawn =
        withRecipe(recipe.withCooldown(0.4))
            .withSampling(
                sizes ->
                    sizes
                        .withFullFirst(0.5)
                        .withMinimum(size.part(4, 3, family.widthStep()))
                        .withMaximum(size.times(2)));
    return family.longTraining().map(drawn::following).orElse(drawn);
  }

  private PretrainPlan following(LongTraining training) {
    return kronecker()
        .map(own -> training.matricesAlone() ? new MatricesOnlyConstraint(own) : own)
        .map(
            own ->
                withConstraint(own)
                    .withFamily(training.family())
                    .withOptions(options.withRates(training.templateRate(), training.scalerRate())))
        .orElse(this);
  }

  private Optional<KroneckerConstraint> kronecker() {
    if (constraint instanceof MatricesOnlyConstraint matricesOnly) {
      return Optional.of(matricesOnly.matrices());
    }
    return constraint instanceof KroneckerConstraint own ? Optional.of(own) : Optional.empty();
  }

  /** No other size than the full one is trained. */
  public PretrainPlan withFullSizeAlone() {
    return withSampling(sizes -> sizes.withFullShare(1));
  }

  /**
   * What of this decides the result, by the names that a provenance has, apart from the family, the
   * full size and the constraint, which a header of an artefact has too.
   */
  public Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("steps.planned", Long.toString(recipe.steps()));
    facts.put("recipe", recipe.toString());
    facts.put("batch_size", Integer.toString(recipe.batchSize()));
    facts.put(SizeSampler.FULL_FIRST, Double.toString(sampling.fullFirst()));
    facts.put("sampling.full_share", Double.toString(sampling.fullShare()));
    facts.put(SizeSampler.MINIMUM, sampling.minimum().toString());
    facts.put("sampling.maximum", sampling.maximum().toString());
    Set<Size> unseen = new HashSet<>(sampling.heldOut());
    unseen.remove(size);
    facts.put(SizeSampler.HELD_OUT, SizeSampler.joined(unseen));
    facts.put("options", options.toString());
    return facts;
  }

  SizeSampler sampler() {
    return new SizeSampler(family, size, sampling, recipe.steps());
  }
}
