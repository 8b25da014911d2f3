package io.github.weit.core.images;

import io.github.weit.core.WeitException;

/**
 * Bilinear resizing as Pillow and torchvision do it: pixel centres at half-integers and a triangle
 * filter, which is widened by the scale when an image shrinks, so that no pixel is skipped.
 */
public final class Resampling {

  /** Numbers between the pass along one axis and that along the other. */
  private static final long MOST_BETWEEN = 1L << 26;

  private Resampling() {}

  /**
   * Resizes {@code (channels, height, width)} unsigned bytes to {@code (channels, newHeight,
   * newWidth)}.
   *
   * @return {@code image} itself if it has that size
   * @throws WeitException if height times new width and width times new height are both above 2^26
   */
  public static byte[] bilinear(
      byte[] image, int channels, int height, int width, int newHeight, int newWidth) {
    if (height == newHeight && width == newWidth) {
      return image;
    }
    if ((long) height * newWidth > MOST_BETWEEN) { // narrow and tall: the other axis first
      if ((long) width * newHeight > MOST_BETWEEN) {
        throw new WeitException(
            "images of %dx%d pixels are not resized to %dx%d: at most %d numbers may lie between"
                .formatted(height, width, newHeight, newWidth, MOST_BETWEEN));
      }
      byte[] turned = turned(image, channels, height, width);
      byte[] resized = bilinear(turned, channels, width, height, newWidth, newHeight);
      return turned(resized, channels, newWidth, newHeight);
    }
    Weights across = new Weights(width, newWidth);
    Weights down = new Weights(height, newHeight);
    byte[] out = new byte[channels * newHeight * newWidth];
    float[] rows = new float[height * newWidth];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < newWidth; x++) {
          double sum = 0;
          for (int k = 0; k < across.values[x].length; k++) {
            int value = image[(c * height + y) * width + across.first[x] + k] & 0xFF;
            sum += across.values[x][k] * value;
          }
          rows[y * newWidth + x] = (float) sum;
        }
      }
      for (int y = 0; y < newHeight; y++) {
        for (int x = 0; x < newWidth; x++) {
          double sum = 0;
          for (int k = 0; k < down.values[y].length; k++) {
            sum += down.values[y][k] * rows[(down.first[y] + k) * newWidth + x];
          }
          out[(c * newHeight + y) * newWidth + x] = (byte) Math.round(sum);
        }
      }
    }
    return out;
  }

  /** Rows as columns. */
  private static byte[] turned(byte[] image, int channels, int height, int width) {
    byte[] turned = new byte[image.length];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          turned[(c * width + x) * height + y] = image[(c * height + y) * width + x];
        }
      }
    }
    return turned;
  }

  /** For each new position: the first old one it takes from, and the shares, which sum to 1. */
  private static final class Weights {
    final int[] first;
    final double[][] values;

    Weights(int size, int newSize) {
      first = new int[newSize];
      values = new double[newSize][];
      double scale = (double) size / newSize;
      double support = Math.max(1, scale);
      for (int i = 0; i < newSize; i++) {
        double centre = (i + 0.5) * scale;
        int from = (int) Math.max(0, Math.floor(centre - support + 0.5));
        int to = (int) Math.min(size, Math.floor(centre + support + 0.5));
        first[i] = from;
        values[i] = new double[to - from];
        double sum = 0;
        for (int k = from; k < to; k++) {
          values[i][k - from] = Math.max(0, 1 - Math.abs(k + 0.5 - centre) / support);
          sum += values[i][k - from];
        }
        for (int k = 0; k < values[i].length; k++) {
          values[i][k] /= sum;
        }
      }
    }
  }
}
