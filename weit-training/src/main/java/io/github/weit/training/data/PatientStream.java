package io.github.weit.training.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A stream whose reads end with an error where nothing comes for too long. */
final class PatientStream extends FilterInputStream {

  private final Duration patience;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "patience");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean gaveUp;

  /**
   * @param in another thread's {@code close} ends a read of it
   */
  PatientStream(InputStream in, Duration patience) {
    super(in);
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    ScheduledFuture<?> end =
        clock.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      int count = super.read(buffer, offset, length);
      if (gaveUp) {
        throw new IOException("closed");
      }
      return count;
    } catch (IOException e) {
      throw gaveUp
          ? new IOException("nothing came for %d s".formatted(patience.toSeconds()), e)
          : e;
    } finally {
      end.cancel(false);
    }
  }

  private void giveUp() {
    gaveUp = true;
    try {
      in.close();
    } catch (IOException e) {
      // the read that waits for it ends all the same
    }
  }

  @Override
  public void close() throws IOException {
    clock.shutdownNow();
    super.close();
  }
}
