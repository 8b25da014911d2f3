package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes images in as several threads decode them, and gives those that are wanted. */
interface PixelSink extends AutoCloseable {

  /**
   * Keeps an image, as long as all others; it must not be changed afterwards.
   *
   * @return its place
   */
  int put(byte[] image);

  /** The images at {@code places}, in that order. Nothing is put afterwards. */
  Pixels take(int... places);

  /** Lets go of what was not taken. */
  @Override
  void close();

  /** Keeps them in Java's heap. */
  final class Heap implements PixelSink {
    private final List<byte[]> images = new ArrayList<>();
    private boolean closed;

    @Override
    public synchronized int put(byte[] image) {
      if (closed) {
        return 0; // of a reading that has failed already, where memory may be what it lacks
      }
      images.add(image);
      return images.size() - 1;
    }

    @Override
    public synchronized Pixels take(int... places) {
      byte[][] chosen = new byte[places.length][];
      for (int i = 0; i < places.length; i++) {
        chosen[i] = images.get(places[i]);
      }
      return new Pixels.OnHeap(chosen);
    }

    /** Without asking for memory, of which there may be none. */
    @Override
    public synchronized void close() {
      closed = true;
      images.clear();
    }
  }

  /**
   * Keeps them in a file without a name, of which the system lets go with the last set that is made
   * of it, or when Java ends, however that comes about.
   */
  final class Unnamed implements PixelSink {
    private final Path folder;
    private final FileChannel channel;
    private final AtomicInteger count = new AtomicInteger();
    private volatile int imageBytes;

    Unnamed(Path folder) {
      this.folder = folder;
      try {
        Path file = Files.createTempFile(folder, ".weit-", ".images");
        channel =
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
      } catch (IOException e) {
        throw refused(e);
      }
    }

    @Override
    public int put(byte[] image) {
      int place = count.getAndIncrement();
      imageBytes = image.length;
      ByteBuffer bytes = ByteBuffer.wrap(image);
      long from = (long) place * image.length;
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes, from + bytes.position());
        }
      } catch (IOException e) {
        throw refused(e);
      }
      return place;
    }

    @Override
    public Pixels take(int... places) {
      int perPart = Pixels.Mapped.imagesPerPart(imageBytes);
      List<ByteBuffer> parts = new ArrayList<>();
      try {
        for (int first = 0; first < count.get(); first += perPart) {
          long bytes = (long) Math.min(perPart, count.get() - first) * imageBytes;
          long from = (long) first * imageBytes;
          parts.add(channel.map(FileChannel.MapMode.READ_ONLY, from, bytes));
        }
      } catch (IOException e) {
        throw refused(e);
      }
      return new Pixels.Mapped(List.copyOf(parts), perPart, imageBytes, places);
    }

    private WeitException refused(IOException e) {
      if (e instanceof ClosedByInterruptException) {
        return Reason.interrupted(e);
      }
      return new WeitException(
          "cannot keep images in a file in %s: %s; choose a folder with more room"
              .formatted(folder, Reason.of(e)),
          e);
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
