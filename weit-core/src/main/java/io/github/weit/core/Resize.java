package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.stream.IntStream;

/**
 * How a scaler grid of one size becomes the grid of another. Along every axis the new grid is a
 * linear map of the old one, so a rule is a small matrix {@code (g_new, g_old)} per axis and
 * resizing is differentiable:
 *
 * <ul>
 *   <li>a narrower axis takes the prefix;
 *   <li>a wider axis repeats the grid, entry i from i mod g_old. Along consumed features the copies
 *       share the weight of their source, so that features which are copies of each other are read
 *       exactly as their source was: a model that is widened by a whole factor computes what it did
 *       before;
 *   <li>layers take the prefix, are interpolated, or are repeated.
 * </ul>
 *
 * <p>Prefix and repetition along width are the paper's (arXiv 2604.14769); sharing by division,
 * interpolation along depth and uneven shares are ours.
 *
 * @param shallower the rule for fewer layers
 * @param deeper the rule for more layers; {@code PREFIX} is not one
 * @param unevenness how unequally copies share, from 0 (equal parts) to below 1. Every entry that
 *     reads copies has shares of its own, whose sum is what it was, so the function stays, and
 *     copies part in training, see {@link CopyShares}
 * @param seed of the uneven shares
 */
public record Resize(Depth shallower, Depth deeper, double unevenness, Seed seed) {

  /** How unequally copies share where nothing else is said, see docs/method-notes.md. */
  private static final double UNEVEN = 0.5;

  /** What becomes of layers. */
  public enum Depth {
    /** The first layers. */
    PREFIX,
    /**
     * Layer j of L' is taken from position j (L - 1) / (L' - 1), linearly between its neighbours.
     */
    INTERPOLATE,
    /** Layer j is layer j mod L. */
    REPEAT
  }

  public Resize {
    if (deeper == Depth.PREFIX) {
      throw new WeitException("a prefix can't make a model deeper; use INTERPOLATE or REPEAT");
    }
    CopyShares.requireUnevenness(unevenness);
  }

  /**
   * Prefix where it shrinks, interpolated layers and unevenly shared copies where it grows: for
   * scalers or weights that are trained afterwards. With even shares copies get equal gradients and
   * stay copies, and a wider model is the narrow one for ever.
   */
  public static Resize parting(Seed seed) {
    return standard().withUnevenness(UNEVEN, seed);
  }

  /** Prefix where it shrinks, interpolated layers and evenly shared copies where it grows. */
  public static Resize standard() {
    return new Resize(Depth.PREFIX, Depth.INTERPOLATE, 0, new Seed(0));
  }

  public Resize withUnevenness(double value, Seed newSeed) {
    return new Resize(shallower, deeper, value, newSeed);
  }

  /**
   * The grid of {@code to} from the grid of {@code from}.
   *
   * @param grid {@code (N, g1, ..., gk)} with the scaler extents of {@code from}
   * @return {@code (N, g1', ..., gk')} with those of {@code to}: the grid itself if nothing
   *     changes, a view of it if all axes that change take the prefix, else an array of its own. It
   *     belongs to the grid's manager, or to the open {@link ai.djl.ndarray.NDScope}
   */
  public NDArray apply(WeightType from, WeightType to, NDArray grid) {
    NDIndex prefix = new NDIndex().addAllDim();
    boolean slices = true;
    for (int i = 0; i < from.axes().size(); i++) {
      Axis axis = from.axes().get(i);
      prefix.addSliceDim(0, to.axes().get(i).scaler());
      slices &= isPrefix(axis, to.axes().get(i));
    }
    if (slices) {
      return from.axes().equals(to.axes()) ? grid : grid.get(prefix);
    }
    NDArray resized = grid;
    for (int i = 0; i < from.axes().size(); i++) {
      Axis axis = from.axes().get(i);
      Axis target = to.axes().get(i);
      if (axis.scaler() != target.scaler()) {
        resized = AxisMap.apply(AxisMap.of(matrix(axis, target), resized), resized, i + 1);
      }
    }
    for (int i = 0; i < from.axes().size(); i++) { // when everything is as long as it will be
      Axis axis = from.axes().get(i);
      Axis target = to.axes().get(i);
      if (axis.role() == AxisRole.IN && axis.scaler() < target.scaler()) {
        int[] sources = repeated(axis, target);
        Seed own = seed.child(from.name()).child(i);
        resized = CopyShares.divide(resized, i + 1, sources, unevenness, own);
      }
    }
    return resized;
  }

  private static int[] repeated(Axis from, Axis to) {
    int old = Math.toIntExact(from.scaler());
    return IntStream.range(0, Math.toIntExact(to.scaler())).map(j -> j % old).toArray();
  }

  private boolean isPrefix(Axis from, Axis to) {
    if (from.scaler() <= to.scaler()) {
      return from.scaler() == to.scaler();
    }
    return switch (from.role()) {
      case LAYER -> shallower == Depth.PREFIX;
      case OUT, IN -> true;
      case GROUP, FIXED -> false; // refused below
    };
  }

  /** The map {@code (g_new, g_old)} along one axis, before copies share what they read. */
  double[][] matrix(Axis from, Axis to) {
    int old = Math.toIntExact(from.scaler());
    int size = Math.toIntExact(to.scaler());
    return switch (from.role()) {
      case LAYER -> layers(old, size);
      case OUT, IN -> layersOf(size <= old ? Depth.PREFIX : Depth.REPEAT, old, size);
      case GROUP, FIXED ->
          throw new WeitException(
              "axis '%s' has a fixed extent and can't be resized: expected %d, found %d"
                  .formatted(from.name(), old, size));
    };
  }

  private double[][] layers(int old, int size) {
    return layersOf(size <= old ? shallower : deeper, old, size);
  }

  private static double[][] layersOf(Depth rule, int old, int size) {
    double[][] map = new double[size][old];
    for (int j = 0; j < size; j++) {
      switch (rule) {
        case PREFIX -> map[j][j] = 1;
        case REPEAT -> map[j][j % old] = 1;
        case INTERPOLATE -> {
          double position = size == 1 ? 0 : (double) j * (old - 1) / (size - 1);
          int below = Math.min((int) position, old - 1);
          double above = position - below;
          map[j][below] += 1 - above;
          if (above > 0) {
            map[j][below + 1] += above;
          }
        }
      }
    }
    return map;
  }
}
