package io.github.weit.core.files;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a file as a whole or not at all: the bytes go to a new file in the same folder, are
 * forced to the disk and verified, and then take the target's name in one step. Whoever opens the
 * target sees the old bytes or the new ones, also after a crash and with several writers at once
 * (the last to finish wins).
 *
 * <p>A thread that is interrupted, before or meanwhile, writes the whole file all the same; its
 * flag is set afterwards. So a program that is being shut down can still write what it has.
 */
public final class AtomicFile {

  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);

  private static final AtomicLong COUNTER = new AtomicLong();

  private AtomicFile() {}

  /**
   * Writes {@code target}, making its folder if there is none. If anything fails the old file is
   * untouched and nothing is left beside it. Where the name is a link's, what it points to is
   * written; devices and pipes are refused, since they would be replaced.
   *
   * @param body writes the content from the channel's start; must not close it. Where the thread is
   *     interrupted meanwhile it is called again, with a new file
   * @param verify reads the finished file under its temporary name and throws if it is not as meant
   * @throws WeitException if the file system refuses; what {@code body} and {@code verify} throw
   *     unchecked passes as is
   */
  public static void write(Path target, IoConsumer<FileChannel> body, IoConsumer<Path> verify) {
    try {
      Interrupts.hold(() -> replace(target.toAbsolutePath(), body, verify));
    } catch (IOException e) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "cannot write %s: %s; a file that was there before is unchanged",
              target,
              reason(e)),
          e);
    }
  }

  /** Writes {@code text} as UTF-8, see {@link #write}. */
  public static void writeText(Path target, String text) {
    writeBytes(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes {@code bytes}, see {@link #write}. */
  public static void writeBytes(Path target, byte[] bytes) {
    write(
        target,
        channel -> writeFully(channel, ByteBuffer.wrap(bytes)),
        path -> {
          if (!Arrays.equals(bytes, Files.readAllBytes(path))) {
            throw new IOException("the bytes read back differ from those written");
          }
        });
  }

  /**
   * Writes what lies between position and limit, in pieces, without moving the buffer's position.
   */
  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    // In pieces: a channel copies heap memory to a buffer outside the heap as large as what it is
    // given.
    for (int at = bytes.position(); at < bytes.limit(); at += Limits.CHUNK) {
      ByteBuffer piece = bytes.slice(at, Math.min(Limits.CHUNK, bytes.limit() - at));
      while (piece.hasRemaining()) {
        channel.write(piece);
      }
    }
  }

  private static void replace(Path given, IoConsumer<FileChannel> body, IoConsumer<Path> verify)
      throws IOException {
    Path target = Files.exists(given) ? given.toRealPath() : given; // a link stays one
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "it is a folder");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new FileSystemException(target.toString(), null, "it is a device or pipe, no file");
    }
    Path folder = target.getParent();
    if (!Files.isDirectory(
        folder)) { // a folder behind a link counts, which createDirectories denies
      Files.createDirectories(folder);
    }
    Path temporary = fresh(folder);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        body.accept(channel);
        channel.force(true);
      }
      verify.accept(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      temporary = null;
    } finally {
      if (temporary != null) {
        deleteQuietly(temporary);
      }
    }
    force(folder);
  }

  /**
   * A new empty file in {@code folder}, under a name that no other writer uses and readable for
   * whom the folder's other files are, where Java's temporary files are for their owner alone.
   * Whoever asks for it moves or deletes it.
   */
  public static Path fresh(Path folder) throws IOException {
    while (true) {
      String name = ".weit-" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
      try {
        return Files.createFile(folder.resolve(name + ".tmp"));
      } catch (FileAlreadyExistsException e) {
        LOG.debug("{} is taken, trying the next name", e.getFile());
      }
    }
  }

  /**
   * Makes the new name itself survive a crash. Not every system lets a folder be forced; the file
   * is whole anyway.
   */
  private static void force(Path folder) {
    try {
      Interrupts.hold(
          () -> {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
              channel.force(true);
            }
          });
    } catch (IOException e) {
      LOG.debug("{} cannot be forced to the disk: {}", folder, e.toString());
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      LOG.warn("{} is left over and can be deleted: {}", temporary, e.toString());
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "access denied to " + denied.getFile();
    }
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is a file where a folder is needed";
    }
    if (e instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile() + ", and it cannot be made";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
