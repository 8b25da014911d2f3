package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The size of a model: its width and the depth of each of its stages. Written {@code 192x12}, or
 * {@code 64x3-4-6-3} where a family has several stages.
 *
 * @param width features of the residual stream (of the first stage, where stages differ)
 * @param depths layers per stage
 */
public record Size(int width, List<Integer> depths) {

  private static final int MAX_WIDTH = 999_999;
  private static final int MAX_DEPTH = 9_999;
  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})x(\\d{1,4}(?:-\\d{1,4})*)");

  public Size {
    depths = List.copyOf(depths);
    if (width < 1 || depths.isEmpty() || depths.stream().anyMatch(depth -> depth < 1)) {
      throw new WeitException(
          "a size needs a width and depths of at least 1, found width %d and depths %s"
              .formatted(width, depths));
    }
    if (width > MAX_WIDTH || depths.stream().anyMatch(depth -> depth > MAX_DEPTH)) {
      throw new WeitException(
          "a size has a width of at most %d and depths of at most %d, found width %d and depths %s"
              .formatted(MAX_WIDTH, MAX_DEPTH, width, depths));
    }
  }

  public Size(int width, int depth) {
    this(width, List.of(depth));
  }

  /**
   * Parses {@code WIDTHxDEPTH}.
   *
   * @throws WeitException if {@code text} is no such thing
   */
  public static Size parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new WeitException(
          "'" + text + "' is no size: expected WIDTHxDEPTH, for example 192x12");
    }
    List<Integer> depths =
        Pattern.compile("-").splitAsStream(matcher.group(2)).map(Integer::valueOf).toList();
    return new Size(Integer.parseInt(matcher.group(1)), depths);
  }

  /** A size of {@code stages} stages of the same depth. */
  public static Size uniform(int width, int depth, int stages) {
    return new Size(width, Collections.nCopies(stages, depth));
  }

  /**
   * A part of the width and of every depth, rounded down, but no width below {@code least} and no
   * depth below 1.
   */
  public Size part(int ofWidth, int ofDepth, int least) {
    return new Size(
        Math.max(least, width / ofWidth),
        depths.stream().map(depth -> Math.max(1, depth / ofDepth)).toList());
  }

  /** So many times the width and every depth. */
  public Size times(int factor) {
    return new Size(
        Math.multiplyExact(factor, width),
        depths.stream().map(depth -> Math.multiplyExact(factor, depth)).toList());
  }

  /**
   * Whether this is narrower than another size, or shallower in one of its stages.
   *
   * @param other of as many stages
   */
  public boolean isBelow(Size other) {
    return width < other.width
        || IntStream.range(0, depths.size())
            .anyMatch(stage -> depths.get(stage) < other.depths.get(stage));
  }

  /** Layers of all stages together. */
  public int depth() {
    return depths.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Asserts that there is a depth for each of a family's stages.
   *
   * @throws WeitException with a size that the family might have
   */
  public void requireStages(Family family) {
    if (depths.size() != family.stages()) {
      throw new WeitException(
          "%s: a size has %d depths, found %s; for example %s"
              .formatted(
                  family.id(),
                  family.stages(),
                  this,
                  uniform(4 * family.widthStep(), 2, family.stages())));
    }
  }

  /**
   * Asserts that the width is a multiple of what a family asks for.
   *
   * @param family its id, for the message
   * @param step what the width is to be a multiple of
   * @param why what asks for it, for the message
   * @throws WeitException naming the nearest legal widths
   */
  public void requireWidthStep(String family, int step, String why) {
    if (width % step != 0) {
      int below = width / step * step;
      throw new WeitException(
          "%s: width %d is not a multiple of %d (%s); the nearest legal widths are %s%d"
              .formatted(family, width, step, why, below > 0 ? below + " and " : "", below + step));
    }
  }

  @Override
  public String toString() {
    return width + "x" + depths.stream().map(String::valueOf).collect(Collectors.joining("-"));
  }
}
