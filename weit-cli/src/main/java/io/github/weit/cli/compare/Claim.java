package io.github.weit.cli.compare;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.Optional;

/**
 * The right of a process to run a trial.
 *
 * @param lock what holds it; empty if another process has the right
 */
record Claim(Optional<FileLock> lock) implements AutoCloseable {

  boolean granted() {
    return lock.isPresent();
  }

  @Override
  public void close() {
    try {
      if (lock.isPresent()) {
        lock.get().release();
      }
    } catch (IOException e) {
      throw new WeitException("cannot give up the claim to a trial: " + e, e);
    }
  }
}
