package io.github.weit.core.images;

import io.github.weit.core.WeitException;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * A picture's samples as unsigned bytes, channel by channel. Rows are read as {@code (width,
 * bands)}, of whose bands the first one (grey) or three (RGB) are colours.
 */
public final class Planes {

  /** One row of a picture; the array may be the same each time. */
  private interface RowReader {
    byte[] read(int y);
  }

  private final int width;
  private final int bands;
  private final boolean grey;
  private final RowReader rows;

  private Planes(int width, int bands, boolean grey, RowReader rows) {
    this.width = width;
    this.bands = bands;
    this.grey = grey;
    this.rows = rows;
  }

  /**
   * Asserts that pictures can be read as images of so many channels.
   *
   * @throws WeitException if these are neither one, grey, nor three, red, green and blue
   */
  public static void requireChannels(long channels) {
    if (channels != 1 && channels != 3) {
      throw new WeitException(
          "pictures are read in grey or in three colours, found a model of images of %d channels; give it arrays"
              .formatted(channels));
    }
  }

  /**
   * @param channels 1 or 3
   * @return {@code (channels, height, width)}
   * @throws WeitException if it is neither grey nor RGB, or of another number of channels
   */
  public static byte[] of(BufferedImage image, int channels) {
    requireChannels(channels);
    Planes planes = of(image);
    byte[] out = new byte[Math.multiplyExact(channels, image.getHeight() * image.getWidth())];
    int plane = out.length / channels;
    for (int y = 0; y < image.getHeight(); y++) {
      byte[] row = planes.rows.read(y);
      int at = y * image.getWidth();
      if (channels == 1 && !planes.grey) {
        planes.mix(row, out, at);
      } else {
        for (int c = 0; c < channels; c++) {
          planes.pick(row, planes.grey ? 0 : c, out, c * plane + at);
        }
      }
    }
    return out;
  }

  /** One band of a row. */
  private void pick(byte[] row, int band, byte[] out, int at) {
    for (int x = 0; x < width; x++) {
      out[at + x] = row[x * bands + band];
    }
  }

  /** The grey of a colour, 0 to 255 each: 0.299 R + 0.587 G + 0.114 B, rounded. */
  public static byte grey(int red, int green, int blue) {
    return (byte) ((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16);
  }

  private void mix(byte[] row, byte[] out, int at) {
    for (int x = 0; x < width; x++) {
      int red = row[x * bands] & 0xFF;
      int green = row[x * bands + 1] & 0xFF;
      int blue = row[x * bands + 2] & 0xFF;
      out[at + x] = grey(red, green, blue);
    }
  }

  private static Planes of(BufferedImage image) {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int bits = raster.getSampleModel().getSampleSize(0);
    if (image.getColorModel() instanceof IndexColorModel || (bits != 8 && bits != 16)) {
      return new Planes(width, 3, false, y -> packedRow(image, y));
    }
    int bands = raster.getNumBands();
    int colours = image.getColorModel().getNumColorComponents();
    if ((colours != 1 && colours != 3) || bands > colours + 1) {
      throw new WeitException("it has " + bands + " channels, neither grey nor RGB");
    }
    // Samples themselves and not getRGB, which would apply a gamma curve to grey pictures.
    return new Planes(width, bands, colours == 1, samples(raster, bits));
  }

  private static RowReader samples(Raster raster, int bits) {
    int width = raster.getWidth();
    byte[] row = new byte[width * raster.getNumBands()];
    if (bits == 8
        && raster.getTransferType() == DataBuffer.TYPE_BYTE
        && raster.getSampleModel() instanceof ComponentSampleModel) {
      return y -> (byte[]) raster.getDataElements(0, y, width, 1, row);
    }
    int[] samples = new int[row.length];
    return y -> {
      raster.getPixels(0, y, width, 1, samples);
      for (int i = 0; i < row.length; i++) {
        row[i] = (byte) (samples[i] >> (bits - 8));
      }
      return row;
    };
  }

  private static byte[] packedRow(BufferedImage image, int y) {
    int width = image.getWidth();
    int[] rgb = image.getRGB(0, y, width, 1, null, 0, width);
    byte[] row = new byte[3 * width];
    for (int x = 0; x < width; x++) {
      row[3 * x] = (byte) (rgb[x] >> 16);
      row[3 * x + 1] = (byte) (rgb[x] >> 8);
      row[3 * x + 2] = (byte) rgb[x];
    }
    return row;
  }
}
