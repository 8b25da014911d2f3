package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import io.github.weit.core.images.Resampling;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads images that lie in one folder per class: a folder, a {@code .zip}, a {@code .tar} or a
 * {@code .tar.gz}; PNG, JPEG, BMP and GIF. Archives are streamed, nothing is unpacked to disk.
 *
 * <p>Classes are numbered in the order of their names, images ordered by class and then by name
 * (UTF-16 order), so a folder and an archive of it give the same set with the same hash. Files that
 * are no images by their names, and hidden ones, are passed over.
 *
 * <p>Images that cannot be decoded are skipped if {@link ImageFolderOptions#skippable} allows it:
 * each is logged, and their number becomes part of the set's id, such as {@code "flowers/train[3
 * unreadable images skipped]"}. A hostile source is an error all the same.
 */
public final class ImageFolders {

  private static final Logger LOG = LoggerFactory.getLogger(ImageFolders.class);

  /** Bytes of encoded images that wait for a decoder. */
  private static final int MOST_IN_FLIGHT = 2 * ImageEntries.MAX_ENTRY_BYTES;

  /** What the smallest image counts for, so that not too many wait. */
  private static final int LEAST_IN_FLIGHT = 1 << 17;

  private ImageFolders() {}

  /**
   * @param source a folder or an archive
   * @param id names the set, for example {@code "flowers/train"}
   * @throws NoImagesException if there is no class folder
   * @throws WeitException if there is nothing to read, a class folder is empty or all its images
   *     were skipped, more images are unreadable than may be skipped, one is of another size than
   *     the first (unless a size was asked for), they do not fit the heap, or the source is hostile
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
    try (PixelSink sink = sink(options)) {
      Collector collector = new Collector(source, id, options, sink, executor);
      try {
        ImageEntries.walk(source, options.subPath(), collector);
        return collector.finish();
      } catch (OutOfMemoryError e) {
        throw collector.heapIsFull(e);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static PixelSink sink(ImageFolderOptions options) {
    return options
        .pixelFolder()
        .<PixelSink>map(PixelSink.Unnamed::new)
        .orElseGet(PixelSink.Heap::new);
  }

  /**
   * Decodes as images come in, on several threads and a bounded number at a time; sorts at the end.
   */
  private static final class Collector implements ImageEntries.Visitor {
    private final Path source;
    private final String id;
    private final ImageFolderOptions options;
    private final PixelSink sink;
    private final ExecutorService executor;
    private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
    private final TreeMap<String, TreeMap<String, Future<Integer>>> classes = new TreeMap<>();
    private int count;
    private int skipped;
    private int height;
    private int width;
    private String first = "";

    Collector(
        Path source,
        String id,
        ImageFolderOptions options,
        PixelSink sink,
        ExecutorService executor) {
      this.source = source;
      this.id = id;
      this.options = options;
      this.sink = sink;
      this.executor = executor;
      this.height = options.height();
      this.width = options.width();
    }

    @Override
    public void classFolder(String name) {
      classes.computeIfAbsent(name, key -> new TreeMap<>());
    }

    @Override
    public void image(String folder, String name, byte[] encoded) {
      String where = where(folder, name);
      Future<Integer> pixels;
      if (height == 0) { // the first image that can be read decides the size
        pixels = first(encoded, where);
      } else {
        int bytes = Math.max(encoded.length, LEAST_IN_FLIGHT);
        inFlight.acquireUninterruptibly(bytes);
        pixels =
            executor.submit(
                () -> {
                  try {
                    return sink.put(
                        fit(ImageDecoder.decode(encoded, options.channels(), where), where));
                  } finally {
                    inFlight.release(bytes);
                  }
                });
      }
      if (height > 0) {
        ImageSet.checkedImageBytes(id, options.channels(), height, width);
        count++;
      }
      add(folder, name, pixels);
    }

    @Override
    public void unopened(String folder, String name, FileSystemException why) {
      String where = where(folder, name);
      add(folder, name, unreadable(new UnreadableImageException(where, Reason.of(why), why)));
    }

    private String where(String folder, String name) {
      String within = options.subPath().isEmpty() ? "!" : "!" + options.subPath() + "/";
      return source + within + folder + "/" + name;
    }

    private void add(String folder, String name, Future<Integer> pixels) {
      if (classes.get(folder).put(name, pixels) != null) {
        throw new WeitException(where(folder, name) + " occurs twice; remove one of the two");
      }
    }

    private Future<Integer> unreadable(UnreadableImageException e) {
      if (options.skippable() == 0) {
        throw e;
      }
      return CompletableFuture.failedFuture(e);
    }

    /** Lets go of all images first, for want of memory to say so. */
    WeitException heapIsFull(OutOfMemoryError error) {
      classes.clear();
      sink.close();
      if (height == 0 || String.valueOf(error.getMessage()).contains("thread")) {
        throw error; // of one image, or of what is not the heap
      }
      return new WeitException(
          ("Image set %s does not fit the Java heap of %d bytes, which was full after at most %d images of %dx%dx%d; "
                  + "give Java a larger one with -Xmx (for the command, WEIT_JAVA_OPTS=-Xmx8g), or name a smaller size to which all are resized")
              .formatted(
                  id, Runtime.getRuntime().maxMemory(), count, options.channels(), height, width),
          error);
    }

    private Future<Integer> first(byte[] encoded, String where) {
      try {
        ImageDecoder.Decoded decoded = ImageDecoder.decode(encoded, options.channels(), where);
        height = decoded.height();
        width = decoded.width();
        first = where;
        return CompletableFuture.completedFuture(sink.put(decoded.bytes()));
      } catch (UnreadableImageException e) {
        return unreadable(e);
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
        throw new NoImagesException(root);
      }
      List<String> names = new ArrayList<>(classes.keySet());
      List<List<Integer>> images = new ArrayList<>();
      for (String name : names) {
        TreeMap<String, Future<Integer>> found = classes.get(name);
        if (found.isEmpty()) {
          throw new WeitException(
              ("Class folder %s of %s holds no PNG, JPEG, BMP or GIF image; "
                      + "add some or remove the folder")
                  .formatted(name, root));
        }
        List<Integer> read = readable(found);
        if (read.isEmpty()) {
          throw new WeitException(
              ("Class folder %s of %s holds no image that can be read, all %d were skipped; "
                      + "replace them or remove the folder")
                  .formatted(name, root, found.size()));
        }
        images.add(read);
      }
      return joined(names, images);
    }

    /** In the order of names, so that what is skipped, and what is one too many, is no accident. */
    private List<Integer> readable(TreeMap<String, Future<Integer>> images) {
      List<Integer> read = new ArrayList<>();
      for (Map.Entry<String, Future<Integer>> entry : images.entrySet()) {
        try {
          read.add(await(entry.getValue()));
        } catch (UnreadableImageException e) {
          if (skipped == options.skippable()) {
            throw skipped == 0 ? e : e.after(skipped);
          }
          skipped++;
          LOG.warn("skipped: {}", e.getMessage());
        }
      }
      return read;
    }

    private ImageSet joined(List<String> names, List<List<Integer>> images) {
      int[] all = images.stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
      int[] labels = new int[all.length];
      int n = 0;
      for (int label = 0; label < images.size(); label++) {
        Arrays.fill(labels, n, n += images.get(label).size(), label);
      }
      String note = skipped + " unreadable image" + (skipped == 1 ? "" : "s") + " skipped";
      if (skipped > 0) {
        LOG.warn("{}: {}, {} read", id, note, all.length);
      }
      String fullId = skipped == 0 ? id : id + "[" + note + "]";
      return ImageSet.of(fullId, names, options.channels(), height, width, labels, sink.take(all));
    }

    private static int await(Future<Integer> pixels) {
      try {
        if (Thread.interrupted()) { // which a Future that is done never looks at
          throw new InterruptedException();
        }
        return pixels.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof WeitException known) {
          throw known;
        }
        if (e.getCause() instanceof Error error) {
          throw error; // out of memory
        }
        throw new IllegalStateException("Decoding failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Reason.interrupted(e);
      }
    }
  }
}
