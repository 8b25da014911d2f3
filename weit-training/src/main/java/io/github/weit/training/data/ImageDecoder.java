package io.github.weit.training.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
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

  /** No deflate stream grows by more, so no PNG of n bytes holds more than this times n bytes. */
  private static final long MOST_GROWTH = 1032;

  /** Pixels that are decoded at a time, on all threads together: what bounds the memory. */
  private static final Semaphore PIXELS = new Semaphore((int) MAX_PIXELS, true);

  /** {@code bytes (channels, height, width)}. */
  record Decoded(byte[] bytes, int height, int width) {}

  private ImageDecoder() {}

  /**
   * @param where names the image in messages
   * @throws UnreadableImageException if the bytes are no readable image, or it has too many pixels
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
        int pixels = plausible(reader, encoded, where);
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
        PIXELS.acquireUninterruptibly(pixels);
        try {
          BufferedImage image = reader.read(0);
          // The JPEG reader makes up what is missing, and says so here alone.
          if (warnings.stream().anyMatch(warning -> warning.startsWith("Truncated"))) {
            throw unreadable(where, "it is cut off", null);
          }
          return new Decoded(planes(image, channels, where), image.getHeight(), image.getWidth());
        } finally {
          PIXELS.release(pixels);
        }
      } finally {
        reader.dispose();
      }
    } catch (UnreadableImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's readers answer some broken files with unchecked exceptions.
      throw unreadable(where, Reason.of(e), e);
    }
  }

  /** The number of pixels that the header claims, if so many bytes can hold them. */
  private static int plausible(ImageReader reader, byte[] encoded, String where)
      throws IOException {
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    String claim =
        "its header says %dx%d pixels".formatted(reader.getHeight(0), reader.getWidth(0));
    if (pixels > MAX_PIXELS) {
      throw unreadable(where, claim + ", at most %d are accepted".formatted(MAX_PIXELS), null);
    }
    if (pixels * leastBits(reader.getFormatName(), encoded) / 8 > MOST_GROWTH * encoded.length) {
      throw unreadable(where, claim + ", its %d bytes hold fewer".formatted(encoded.length), null);
    }
    return (int) pixels;
  }

  /** Bits that a pixel takes at least, before the densest compression there is. */
  private static int leastBits(String format, byte[] encoded) {
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "png" -> {
        int samples = List.of(1, 0, 3, 1, 2, 0, 4).get(encoded[25]); // by colour type
        yield encoded[24] * samples;
      }
      case "jpeg" -> 16; // one bit for each 8x8 block, as its own coding goes
      default -> 1;
    };
  }

  private static UnreadableImageException unreadable(String where, String why, Exception cause) {
    return new UnreadableImageException(where, why, cause);
  }

  private static byte[] planes(BufferedImage image, int channels, String where) {
    int width = image.getWidth();
    int size = image.getHeight() * width;
    byte[] out = new byte[Math.multiplyExact(channels, size)];
    RowReader rows = rows(image, where);
    int colours = rows.colours();
    for (int y = 0; y < image.getHeight(); y++) {
      int[] row = rows.read(y); // (width, colours)
      for (int x = 0; x < width; x++) {
        int from = x * colours;
        int at = y * width + x;
        if (channels == 1 && colours == 3) {
          int sum = 19595 * row[from] + 38470 * row[from + 1] + 7471 * row[from + 2];
          out[at] = (byte) ((sum + 0x8000) >> 16);
        } else {
          for (int c = 0; c < channels; c++) {
            out[c * size + at] = (byte) row[from + (colours == 1 ? 0 : c)];
          }
        }
      }
    }
    return out;
  }

  /** Rows of values from 0 to 255, one or three for each pixel. */
  private interface RowReader {
    int[] read(int y);

    default int colours() {
      return 3;
    }
  }

  private static RowReader rows(BufferedImage image, String where) {
    Raster raster = image.getRaster();
    int bits = raster.getSampleModel().getSampleSize(0);
    if (image.getColorModel() instanceof IndexColorModel || (bits != 8 && bits != 16)) {
      return y -> packedRow(image, y);
    }
    int bands = raster.getNumBands();
    int colours = image.getColorModel().getNumColorComponents();
    if ((colours != 1 && colours != 3) || bands > colours + 1) {
      throw unreadable(where, "it has " + bands + " channels, neither grey nor RGB", null);
    }
    return new RowReader() {
      @Override
      public int[] read(int y) {
        // Not getRGB: for grey images it would apply a gamma curve.
        int[] all = raster.getPixels(0, y, image.getWidth(), 1, (int[]) null);
        for (int i = 0; i < image.getWidth() * colours; i++) {
          all[i] = all[i / colours * bands + i % colours] >> (bits - 8);
        }
        return all;
      }

      @Override
      public int colours() {
        return colours;
      }
    };
  }

  private static int[] packedRow(BufferedImage image, int y) {
    int width = image.getWidth();
    int[] rgb = image.getRGB(0, y, width, 1, null, 0, width);
    int[] row = new int[3 * width];
    for (int x = 0; x < width; x++) {
      row[3 * x] = rgb[x] >> 16 & 0xFF;
      row[3 * x + 1] = rgb[x] >> 8 & 0xFF;
      row[3 * x + 2] = rgb[x] & 0xFF;
    }
    return row;
  }
}
