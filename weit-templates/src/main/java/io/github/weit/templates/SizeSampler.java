package io.github.weit.templates;

import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.training.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which size a pre-training step trains. So that templates serve many sizes, a step resizes the
 * scalers to another size and trains the model that these compose; the full size is drawn often,
 * and if {@link Sampling} says so it is trained alone first.
 *
 * <p>Up to the full size that is a prefix of the scalers in depth and width, the structured masks
 * of the paper (arXiv 2604.14769); drawing a width and then depths uniformly, beside a fixed share
 * of the full size, is our reading. Beyond it, deeper and narrower or wider and shallower sizes may
 * be drawn too: their scalers are interpolated and tiled, as they are when a size is composed.
 * Sizes that take more multiplications than the full one are not, so no step costs more than a step
 * at the full size; nor are widths at which a model computes exactly what it does at the full width
 * ({@link Family#widensExactly}), since a step there would train the same function at a higher
 * price. That is ours and not part of the paper's method.
 */
public final class SizeSampler {

  /** The fact of templates that names the sizes drawn beside the full one. */
  static final String OTHERS = "sampling.others";

  /** The name that it had when there were no others than smaller ones. */
  private static final String FORMERLY_SMALLER = "sampling.smaller";

  /** The fact of templates that names the narrowest width and the least depths to be drawn. */
  static final String MINIMUM = "sampling.minimum";

  /** The fact of templates that says for which share of the steps the full size was to be alone. */
  static final String FULL_FIRST = "sampling.full_first";

  /** The fact of templates that names the sizes that were never to be drawn. */
  public static final String HELD_OUT = "sampling.held_out";

  private final Size full;
  private final long firstDrawn;
  private final double fullShare;
  private final List<List<Size>> byWidth;

  /**
   * @param full the size pre-trained
   * @param steps of the whole pre-training
   * @throws WeitException if sampling is on and no other size is left to draw
   */
  public SizeSampler(Family family, Size full, Sampling sampling, long steps) {
    family.requireLegal(full);
    requireStages("smallest", full, sampling.minimum());
    requireStages("largest", full, sampling.maximum());
    this.full = full;
    firstDrawn = firstDrawn(sampling.fullFirst(), steps);
    fullShare = sampling.fullShare();
    byWidth = fullShare == 1 ? List.of() : others(family, full, sampling);
    if (fullShare < 1 && byWidth.isEmpty()) {
      throw new WeitException(
          "size sampling: no size from %s to %s that costs at most what %s does, and has no other layers, is left to draw (held out: %s); lower the minimum, or train the full size alone"
              .formatted(sampling.minimum(), sampling.maximum(), full, sampling.heldOut()));
    }
  }

  /** The first step that may draw another size. */
  static long firstDrawn(double fullFirst, long steps) {
    return Math.round(fullFirst * steps);
  }

  private static void requireStages(String what, Size full, Size bound) {
    if (bound.depths().size() != full.depths().size()) {
      throw new WeitException(
          "the %s size must have as many depths as the full one, %s, found %s"
              .formatted(what, full, bound));
    }
  }

  /**
   * For each width that has any, the sizes that may be drawn. A deeper stage of a residual network
   * may have layers of a kind that the full size has not, and so no scalers for them.
   */
  private static List<List<Size>> others(Family family, Size full, Sampling sampling) {
    Size minimum = sampling.minimum();
    Size maximum = sampling.maximum();
    int step = family.widthStep();
    long dearest = family.cost(full).macs();
    Set<String> known = names(family, full);
    List<List<Integer>> depths = depths(minimum.depths(), maximum.depths());
    List<List<Size>> sizes = new ArrayList<>();
    for (int width = (minimum.width() + step - 1) / step * step;
        width <= maximum.width();
        width += step) {
      if (width > full.width() && family.widensExactly(full.width(), width)) {
        continue;
      }
      List<Size> ofWidth = new ArrayList<>();
      for (List<Integer> choice : depths) {
        Size size = new Size(width, choice);
        if (!size.equals(full)
            && !sampling.heldOut().contains(size)
            && known.containsAll(names(family, size))
            && family.cost(size).macs() <= dearest) {
          ofWidth.add(size);
        }
      }
      if (!ofWidth.isEmpty()) {
        sizes.add(List.copyOf(ofWidth));
      }
    }
    return List.copyOf(sizes);
  }

  private static Set<String> names(Family family, Size size) {
    return family.weights(size).stream().map(WeightType::name).collect(Collectors.toSet());
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

  /** The size of a step; a function of its index and seed alone. */
  public Size draw(Step step) {
    RandomGenerator random = step.seed().child("size").generator();
    if (byWidth.isEmpty() || step.index() < firstDrawn || random.nextDouble() < fullShare) {
      return full;
    }
    List<Size> ofWidth = byWidth.get(random.nextInt(byWidth.size()));
    return ofWidth.get(random.nextInt(ofWidth.size()));
  }

  /** The sizes that may be drawn beside the full one. */
  public List<Size> others() {
    return byWidth.stream().flatMap(List::stream).toList();
  }

  /**
   * The same of templates that were learnt before.
   *
   * @param provenance theirs
   */
  public static List<Size> others(Map<String, String> provenance) {
    return sizes(
        provenance.getOrDefault(OTHERS, provenance.getOrDefault(FORMERLY_SMALLER, "").strip()));
  }

  /**
   * The sizes that templates that were learnt before were never to draw.
   *
   * @param provenance theirs
   */
  public static Set<Size> heldOut(Map<String, String> provenance) {
    return Set.copyOf(sizes(provenance.getOrDefault(HELD_OUT, "")));
  }

  static String joined(Collection<Size> sizes) {
    return sizes.stream().map(Size::toString).sorted().collect(Collectors.joining(" "));
  }

  private static List<Size> sizes(String joined) {
    return joined.isEmpty() ? List.of() : Stream.of(joined.split(" ")).map(Size::parse).toList();
  }
}
