package io.github.weit.templates;

import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.training.Recipe;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a pre-training does, apart from data and seed.
 *
 * @param family the architecture
 * @param size the full size, which most steps train and whose scalers are kept
 * @param constraint how weights are made of templates and scalers
 * @param fullShare the share of steps that train the full size; the others draw another one
 * @param minimum the narrowest width and shallowest depth that are drawn
 * @param maximum the widest width and deepest depth that are drawn, see {@link SizeSampler}
 * @param heldOut sizes that are never drawn
 * @param recipe steps, batch size, rate and so on
 * @param options rates and decay of templates and scalers
 */
public record PretrainPlan(
    Family family,
    Size size,
    Constraint constraint,
    double fullShare,
    Size minimum,
    Size maximum,
    Set<Size> heldOut,
    Recipe recipe,
    PretrainOptions options) {

  public PretrainPlan {
    heldOut = ordered(heldOut);
  }

  /** In an order that is the same in every run, since a plan's text tells runs apart. */
  private static Set<Size> ordered(Set<Size> sizes) {
    return sizes.stream()
        .sorted(Comparator.comparing(Size::toString))
        .collect(
            Collectors.collectingAndThen(
                Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
  }

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
        0.5,
        size.halved(family.widthStep()),
        size,
        Set.of(),
        recipe,
        PretrainOptions.standard());
  }

  public PretrainPlan withFamily(Family value) {
    return new PretrainPlan(
        value, size, constraint, fullShare, minimum, maximum, heldOut, recipe, options);
  }

  public PretrainPlan withRecipe(Recipe value) {
    return new PretrainPlan(
        family, size, constraint, fullShare, minimum, maximum, heldOut, value, options);
  }

  public PretrainPlan withFullShare(double value) {
    return new PretrainPlan(
        family, size, constraint, value, minimum, maximum, heldOut, recipe, options);
  }

  public PretrainPlan withMinimum(Size value) {
    return new PretrainPlan(
        family, size, constraint, fullShare, value, maximum, heldOut, recipe, options);
  }

  public PretrainPlan withMaximum(Size value) {
    return new PretrainPlan(
        family, size, constraint, fullShare, minimum, value, heldOut, recipe, options);
  }

  public PretrainPlan withHeldOut(Set<Size> value) {
    return new PretrainPlan(
        family, size, constraint, fullShare, minimum, maximum, value, recipe, options);
  }

  public PretrainPlan withConstraint(Constraint value) {
    return new PretrainPlan(
        family, size, value, fullShare, minimum, maximum, heldOut, recipe, options);
  }

  public PretrainPlan withOptions(PretrainOptions value) {
    return new PretrainPlan(
        family, size, constraint, fullShare, minimum, maximum, heldOut, recipe, value);
  }

  SizeSampler sampler() {
    return new SizeSampler(family, size, fullShare, minimum, maximum, heldOut);
  }
}
