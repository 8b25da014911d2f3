package io.github.weit.core;

/**
 * One axis of a stack of weights of one type.
 *
 * <p>Its length is {@code template * scaler}. The template extent p belongs to the template and is
 * the same for every size; the scaler extent g is all that a size decides.
 *
 * @param name what the axis counts, for messages: {@code "layer"}, {@code "out"}, {@code "kernel
 *     height"}
 * @param role what it stands for
 * @param template template extent p, at least 1
 * @param scaler scaler extent g, at least 1
 */
public record Axis(String name, AxisRole role, long template, long scaler) {

  public Axis {
    if (template < 1 || scaler < 1) {
      throw new WeitException(
          "axis '%s': extents must be at least 1, found template extent %d and scaler extent %d"
              .formatted(name, template, scaler));
    }
    if ((role == AxisRole.LAYER || role == AxisRole.GROUP) && template != 1) {
      throw new WeitException(
          "axis '%s': a %s axis has template extent 1, found %d".formatted(name, role, template));
    }
    if (role == AxisRole.FIXED && scaler != 1) {
      throw new WeitException(
          "axis '%s': a FIXED axis has scaler extent 1, found %d".formatted(name, scaler));
    }
  }

  public static Axis layers(long depth) {
    return new Axis("layer", AxisRole.LAYER, 1, depth);
  }

  public static Axis group(String name, long count) {
    return new Axis(name, AxisRole.GROUP, 1, count);
  }

  /**
   * An axis of {@code length} produced features that is cut into templates of width {@code
   * template}.
   *
   * @throws WeitException if {@code template} does not divide {@code length}
   */
  public static Axis out(String name, long length, long template) {
    return new Axis(name, AxisRole.OUT, template, blocks(name, length, template));
  }

  /** Like {@link #out}, of consumed features. */
  public static Axis in(String name, long length, long template) {
    return new Axis(name, AxisRole.IN, template, blocks(name, length, template));
  }

  public static Axis fixed(String name, long length) {
    return new Axis(name, AxisRole.FIXED, length, 1);
  }

  public long length() {
    return Math.multiplyExact(template, scaler);
  }

  /** The same axis at another scaler extent. */
  public Axis withScaler(long extent) {
    return new Axis(name, role, template, extent);
  }

  /** Whether both come from one template axis, whatever their sizes. */
  public boolean sameTemplate(Axis other) {
    return name.equals(other.name) && role == other.role && template == other.template;
  }

  private static long blocks(String name, long length, long template) {
    if (template < 1 || length % template != 0) {
      throw new WeitException(
          "axis '%s': its length %d is not a multiple of the template width %d"
              .formatted(name, length, template));
    }
    return length / template;
  }
}
