package io.github.weit.templates;

import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which sizes the steps of a pre-training train, see {@link SizeSampler}.
 *
 * @param fullFirst the share of all steps, the first ones, that train the full size alone; 0 draws
 *     other sizes from the start. Learning the largest model before others are drawn is the order
 *     of "Once-for-All" (arXiv 1908.09791) and not part of the paper's method
 * @param fullShare of the steps after those, the share that trains the full size; the others draw
 *     another one, and 1 draws none
 * @param minimum the narrowest width and the shallowest depths that are drawn; the depths of stages
 *     are drawn apart
 * @param maximum the widest width and the deepest depths that are drawn
 * @param heldOut sizes that are never drawn, so that they can serve as unseen ones; the full size,
 *     if it is among them, is trained all the same
 */
public record Sampling(
    double fullFirst, double fullShare, Size minimum, Size maximum, Set<Size> heldOut) {

  public Sampling {
    requireShare("the share of steps that train the full size first", fullFirst);
    requireShare("the share of the full size", fullShare);
    heldOut = ordered(heldOut);
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new WeitException(what + " must be between 0 and 1, found " + share);
    }
  }

  /** In an order that is the same in every run, since a plan's text tells runs apart. */
  private static Set<Size> ordered(Set<Size> sizes) {
    return sizes.stream()
        .sorted(Comparator.comparing(Size::toString))
        .collect(
            Collectors.collectingAndThen(
                Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
  }

  /** Half of the steps at the full size, from the start; the others at sizes up to it. */
  public static Sampling upTo(Size full, Size minimum) {
    return new Sampling(0, 0.5, minimum, full, Set.of());
  }

  public Sampling withFullFirst(double value) {
    return new Sampling(value, fullShare, minimum, maximum, heldOut);
  }

  public Sampling withFullShare(double value) {
    return new Sampling(fullFirst, value, minimum, maximum, heldOut);
  }

  public Sampling withMinimum(Size value) {
    return new Sampling(fullFirst, fullShare, value, maximum, heldOut);
  }

  public Sampling withMaximum(Size value) {
    return new Sampling(fullFirst, fullShare, minimum, value, heldOut);
  }

  public Sampling withHeldOut(Set<Size> value) {
    return new Sampling(fullFirst, fullShare, minimum, maximum, value);
  }
}
