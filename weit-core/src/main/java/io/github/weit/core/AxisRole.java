package io.github.weit.core;

/** What an axis of a stack of weights stands for; it decides how scalers are resized along it. */
public enum AxisRole {
  /** The layers that share a weight type: template extent 1, scaler extent the depth. */
  LAYER,
  /**
   * Kinds that share templates but not scalers, such as q, k and v; merged into the axis after it
   * in dense weights.
   */
  GROUP,
  /**
   * Features that the weight produces: rows of a matrix, entries of a bias or gain. Grows with
   * width.
   */
  OUT,
  /**
   * Features that the weight consumes: columns of a matrix. Grows with width; copies share their
   * sum when tiled.
   */
  IN,
  /**
   * An extent that no size changes: kernel height, tokens, classes. Template extent its length,
   * scaler extent 1.
   */
  FIXED
}
