package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Reads images that lie in one folder per class: a folder, a {@code .zip}, a {@code .tar} or a
 * {@code .tar.gz}; PNG, JPEG, BMP and GIF. Archives are streamed, nothing is unpacked to disk.
 *
 * <p>Classes are numbered in the order of their names, images ordered by class and then by name
 * (UTF-16 order), so a folder and an archive of it give the same set with the same hash. Files that
 * are no images by their names, and hidden ones, are passed over.
 */
public final class ImageFolders {

  private ImageFolders() {}

  /**
   * @param source a folder or an archive
   * @param id names the set, for example {@code "flowers/train"}
   * @throws WeitException if there is nothing to read, a class folder is empty, an image is
   *     unreadable or of another size than the first (unless a size was asked for), or the source
   *     is hostile
   */
  public static ImageSet read(Path source, String id, ImageFolderOptions options) {
    int threads = Math.min(8, Runtime.getRuntime().availableProcessors());
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "weit-decoder");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Collector collector =
          new Collector(source, id, options, executor, new Semaphore(8 * threads));
      ImageEntries.walk(source, options.subPath(), collector);
      return collector.finish();
    } finally {
      executor.shutdownNow();
    }
  }

  /**
   * Decodes as images come in, on several threads and a bounded number at a time; sorts at the end.
   */
  private static final class Collector implements ImageEntries.Visitor {
    private final Path source;
    private final String id;
    private final ImageFolderOptions options;
    private final ExecutorService executor;
    private final Semaphore inFlight;
    private final TreeMap<String, TreeMap<String, Future<byte[]>>> classes = new TreeMap<>();
    private int count;
    private int height;
    private int width;
    private String first = "";

    Collector(
        Path source,
        String id,
        ImageFolderOptions options,
        ExecutorService executor,
        Semaphore inFlight) {
      this.source = source;
      this.id = id;
      this.options = options;
      this.executor = executor;
      this.inFlight = inFlight;
      this.height = options.height();
      this.width = options.width();
    }

    @Override
    public void classFolder(String name) {
      classes.computeIfAbsent(name, key -> new TreeMap<>());
    }

    @Override
    public void image(String folder, String name, byte[] encoded) {
      String where = source + "!" + folder + "/" + name;
      Future<byte[]> pixels;
      if (height == 0) { // the first image decides the size
        ImageDecoder.Decoded decoded = ImageDecoder.decode(encoded, options.channels(), where);
        height = decoded.height();
        width = decoded.width();
        first = where;
        pixels = CompletableFuture.completedFuture(decoded.bytes());
      } else {
        inFlight.acquireUninterruptibly();
        pixels =
            executor.submit(
                () -> {
                  try {
                    return fit(ImageDecoder.decode(encoded, options.channels(), where), where);
                  } finally {
                    inFlight.release();
                  }
                });
      }
      int image = ImageSet.checkedImageBytes(id, options.channels(), height, width);
      ImageSet.checkedBytes(id, ++count, image);
      if (classes.get(folder).put(name, pixels) != null) {
        throw new WeitException(where + " occurs twice; remove one of the two");
      }
    }

    private byte[] fit(ImageDecoder.Decoded image, String where) {
      if (options.keepsSize() && (image.height() != height || image.width() != width)) {
        throw new WeitException(
            "Image %s is %dx%d (height x width), %s is %dx%d; name a size to which all are resized"
                .formatted(where, image.height(), image.width(), first, height, width));
      }
      return Resampling.bilinear(
          image.bytes(), options.channels(), image.height(), image.width(), height, width);
    }

    ImageSet finish() {
      String root = options.subPath().isEmpty() ? source + "" : source + "!" + options.subPath();
      if (classes.isEmpty()) {
        throw new WeitException(
            "No class folders in "
                + root
                + ": expected <class>/<image>.png, .jpg, .bmp or .gif; check the sub-path");
      }
      List<String> names = new ArrayList<>(classes.keySet());
      for (String name : names) {
        if (classes.get(name).isEmpty()) {
          throw new WeitException(
              ("Class folder %s of %s holds no PNG, JPEG, BMP or GIF image; "
                      + "add some or remove the folder, or name the sub-path of the class folders")
                  .formatted(name, root));
        }
      }
      int image = options.channels() * height * width;
      byte[] pixels = new byte[ImageSet.checkedBytes(id, count, image)];
      int[] labels = new int[count];
      int n = 0;
      for (int label = 0; label < names.size(); label++) {
        for (Map.Entry<String, Future<byte[]>> entry : classes.get(names.get(label)).entrySet()) {
          System.arraycopy(await(entry.getValue()), 0, pixels, n * image, image);
          entry.setValue(null); // free it
          labels[n++] = label;
        }
      }
      return ImageSet.of(id, names, options.channels(), height, width, labels, pixels);
    }

    private static byte[] await(Future<byte[]> pixels) {
      try {
        return pixels.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof WeitException known) {
          throw known;
        }
        throw new IllegalStateException("Decoding failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WeitException("Interrupted while reading images", e);
      }
    }
  }
}
