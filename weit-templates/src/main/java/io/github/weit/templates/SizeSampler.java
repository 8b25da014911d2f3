package io.github.weit.templates;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Which size a pre-training step trains. So that templates serve many sizes, a step takes a prefix
 * of the scalers in depth and width and trains the smaller model that these compose; the full size
 * is drawn often. The structured masks are the paper's (arXiv 2604.14769); drawing sizes uniformly
 * beside a fixed share of the full one is our reading.
 */
public final class SizeSampler {

  private final Size full;
  private final double fullShare;
  private final List<Size> smaller;

  /**
   * @param full the size pre-trained, the largest that is drawn
   * @param fullShare probability of the full size; 1 turns sampling off
   * @param minimum the narrowest width and the shallowest depths that are drawn; the depths of
   *     stages are drawn apart
   * @param heldOut sizes that are never drawn, so that they can serve as unseen ones
   * @throws WeitException if sampling is on and no smaller size is left to draw
   */
  public SizeSampler(Family family, Size full, double fullShare, Size minimum, Set<Size> heldOut) {
    if (!(fullShare >= 0 && fullShare <= 1)) {
      throw new WeitException(
          "the share of the full size must be between 0 and 1, found " + fullShare);
    }
    family.requireLegal(full);
    if (minimum.depths().size() != full.depths().size()) {
      throw new WeitException(
          "the smallest size must have as many depths as the full one, %s, found %s"
              .formatted(full, minimum));
    }
    this.full = full;
    this.fullShare = fullShare;
    this.smaller = fullShare == 1 ? List.of() : smaller(family.widthStep(), full, minimum, heldOut);
    if (fullShare < 1 && smaller.isEmpty()) {
      throw new WeitException(
          "size sampling: no size from %s up to below %s is left to draw (held out: %s); lower the minimum or turn sampling off"
              .formatted(minimum, full, heldOut));
    }
  }

  private static List<Size> smaller(int widthStep, Size full, Size minimum, Set<Size> heldOut) {
    List<Size> sizes = new ArrayList<>();
    int firstWidth = (minimum.width() + widthStep - 1) / widthStep * widthStep;
    for (int width = firstWidth; width <= full.width(); width += widthStep) {
      for (List<Integer> depths : depths(minimum.depths(), full.depths())) {
        Size size = new Size(width, depths);
        if (!size.equals(full) && !heldOut.contains(size)) {
          sizes.add(size);
        }
      }
    }
    return List.copyOf(sizes);
  }

  /** Every choice of a depth per stage, the last stage varying fastest. */
  private static List<List<Integer>> depths(List<Integer> from, List<Integer> to) {
    List<List<Integer>> choices = List.of(List.of());
    for (int stage = 0; stage < to.size(); stage++) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> choice : choices) {
        for (int depth = from.get(stage); depth <= to.get(stage); depth++) {
          List<Integer> extended = new ArrayList<>(choice);
          extended.add(depth);
          longer.add(extended);
        }
      }
      choices = longer;
    }
    return choices;
  }

  /** The size of the step whose seed this is. */
  public Size draw(Seed stepSeed) {
    RandomGenerator random = stepSeed.child("size").generator();
    if (smaller.isEmpty() || random.nextDouble() < fullShare) {
      return full;
    }
    return smaller.get(random.nextInt(smaller.size()));
  }

  /** The sizes that may be drawn beside the full one. */
  public List<Size> smaller() {
    return smaller;
  }
}
