package io.github.weit.training.data;

import io.github.weit.core.images.Planes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * PNG, JPEG, BMP and GIF to unsigned bytes, channel by channel. Samples are taken as stored,
 * without colour management; 16 bits are cut to 8, an alpha channel is dropped, colour becomes grey
 * by 0.299 R + 0.587 G + 0.114 B. All of this is what Pillow and torchvision do. Of a GIF it is the
 * first frame, as large as that frame is; Pillow puts one that is smaller than its screen onto
 * that.
 */
final class ImageDecoder {

  /**
   * The most pixels of an image that is decoded: 8192 x 8192. Larger headers are refused unread.
   */
  static final long MAX_PIXELS = 1L << 26;

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif");
  private static final String OTHER_FORMAT = "it is no PNG, JPEG, BMP or GIF";

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
        throw unreadable(where, OTHER_FORMAT, null);
      }
      ImageReader reader = readers.next();
      try {
        if (!FORMATS.contains(format(reader))) { // the JDK reads more, with less to check them by
          throw unreadable(where, OTHER_FORMAT, null);
        }
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
          byte[] planes = Planes.of(image, channels);
          return new Decoded(planes, image.getHeight(), image.getWidth());
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
    if (pixels * leastBits(format(reader), encoded) / 8 > MOST_GROWTH * encoded.length) {
      throw unreadable(where, claim + ", its %d bytes hold fewer".formatted(encoded.length), null);
    }
    return (int) pixels;
  }

  private static String format(ImageReader reader) throws IOException {
    return reader.getFormatName().toLowerCase(Locale.ROOT);
  }

  /** Bits that a pixel takes at least, before the densest compression there is. */
  private static int leastBits(String format, byte[] encoded) {
    return switch (format) {
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
}
