package io.github.weit.cli.compare;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who does what, where several processes work in one folder: whoever has the claim to a piece of
 * work does it. Claims end with the process that holds them.
 */
final class Claims implements AutoCloseable {

  private static final long PAUSE = 20; // milliseconds
  private static final long PLACES = 1L << 32;

  private final Path file;
  private final FileChannel channel;

  /**
   * @param file of no content, on which the claims are locks; made if it is not there
   */
  Claims(Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new WeitException("cannot keep claims in %s: %s".formatted(file, e), e);
    }
  }

  /**
   * The claim to a piece of work, until it is closed; not granted if another has it. Rarely two
   * pieces share a claim, so that one waits for the other.
   */
  Claim claim(String work) {
    return claim(work, place(work), 1);
  }

  private Claim claim(String work, long place, long places) {
    try {
      return new Claim(Optional.ofNullable(channel.tryLock(place, places, false)));
    } catch (OverlappingFileLockException e) {
      return new Claim(Optional.empty()); // another comparison of this very process has it
    } catch (IOException e) {
      throw new WeitException("cannot claim %s in %s: %s".formatted(work, file, e), e);
    }
  }

  /** Takes the first claim that is free of many, until this is closed. */
  void claimAny(Stream<String> works) {
    works.map(this::claim).filter(Claim::granted).findFirst();
  }

  /** Whether nobody has a claim to anything. */
  boolean allFree() {
    try (Claim everything = claim("everything", 0, PLACES)) {
      return everything.granted();
    }
  }

  /** The claim to a piece of work that takes a moment, when whoever has it is done. */
  Claim await(String work) {
    while (true) {
      Claim claim = claim(work);
      if (claim.granted()) {
        return claim;
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WeitException("interrupted while another process is at " + work, e);
      }
    }
  }

  private static long place(String work) {
    return Integer.toUnsignedLong(work.hashCode());
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new WeitException("cannot close the claims of %s: %s".formatted(file, e), e);
    }
  }
}
