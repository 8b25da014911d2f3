package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * PNG, JPEG, BMP and GIF (its first frame) to unsigned bytes, channel by channel. Samples are taken
 * as stored, without colour management; 16 bits are cut to 8, an alpha channel is dropped, colour
 * becomes grey by 0.299 R + 0.587 G + 0.114 B. All of this is what Pillow and torchvision do.
 */
final class ImageDecoder {

  /**
   * The most pixels of an image that is decoded: 8192 x 8192. Larger headers are refused unread.
   */
  static final long MAX_PIXELS = 1L << 26;

  /** {@code bytes (channels, height, width)}. */
  record Decoded(byte[] bytes, int height, int width) {}

  private ImageDecoder() {}

  /**
   * @param where names the image in messages
   * @throws WeitException if the bytes are no readable image, or it has too many pixels
   */
  static Decoded decode(byte[] encoded, int channels, String where) {
    // Pixels come from memory, never through ImageIO's cache files.
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw unreadable(where, "it is no PNG, JPEG, BMP or GIF", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw unreadable(
              where,
              "its header says %dx%d pixels, at most %d are accepted"
                  .formatted(reader.getHeight(0), reader.getWidth(0), MAX_PIXELS),
              null);
        }
        BufferedImage image = reader.read(0);
        return new Decoded(planes(image, channels, where), image.getHeight(), image.getWidth());
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // The JDK's readers answer some broken files with unchecked exceptions.
      throw unreadable(where, String.valueOf(e.getMessage()), e);
    } catch (WeitException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unreadable(where, e.toString(), e);
    }
  }

  private static WeitException unreadable(String where, String why, Exception cause) {
    return new WeitException(
        "Cannot read image %s: %s; replace or remove it".formatted(where, why), cause);
  }

  private static byte[] planes(BufferedImage image, int channels, String where) {
    int size = image.getHeight() * image.getWidth();
    int[][] colours = samples(image, where);
    byte[] out = new byte[channels * size];
    for (int i = 0; i < size; i++) {
      if (colours.length == 1) {
        for (int c = 0; c < channels; c++) {
          out[c * size + i] = (byte) colours[0][i];
        }
      } else if (channels == 3) {
        for (int c = 0; c < 3; c++) {
          out[c * size + i] = (byte) colours[c][i];
        }
      } else {
        int sum = 19595 * colours[0][i] + 38470 * colours[1][i] + 7471 * colours[2][i];
        out[i] = (byte) ((sum + 0x8000) >> 16);
      }
    }
    return out;
  }

  /** One (grey) or three arrays of values from 0 to 255. */
  private static int[][] samples(BufferedImage image, String where) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    int width = image.getWidth();
    int height = image.getHeight();
    boolean whole = bits == 8 || bits == 16;
    if (image.getColorModel() instanceof IndexColorModel || !whole) {
      return packed(image.getRGB(0, 0, width, height, null, 0, width));
    }
    int colours = image.getColorModel().getNumColorComponents();
    if ((colours != 1 && colours != 3) || bands > colours + 1) {
      throw unreadable(where, "it has " + bands + " channels, neither grey nor RGB", null);
    }
    // Not getRGB: for grey images it would apply a gamma curve.
    int[][] values = new int[colours][];
    for (int c = 0; c < colours; c++) {
      values[c] = raster.getSamples(0, 0, width, height, c, (int[]) null);
      for (int i = 0; bits == 16 && i < values[c].length; i++) {
        values[c][i] >>= 8;
      }
    }
    return values;
  }

  private static int[][] packed(int[] rgb) {
    int[][] values = new int[3][rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      values[0][i] = rgb[i] >> 16 & 0xFF;
      values[1][i] = rgb[i] >> 8 & 0xFF;
      values[2][i] = rgb[i] & 0xFF;
    }
    return values;
  }
}
