package io.github.weit.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C and SIGTERM as a request, and an interrupt of the thread that asks: work ends after the
 * step it is in and writes what it has, then the process ends.
 */
final class Stop implements BooleanSupplier, AutoCloseable {

  /** Exit code of a command that was stopped, as shells have it for SIGINT. */
  static final int EXIT_CODE = 130;

  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  private Stop() {
    hook = new Thread(this::request, "weit-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static Stop listen() {
    return new Stop();
  }

  private void request() {
    requested = true;
    System.err.println("\nstopping after this step...");
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("gave up waiting; files are as they were after the last finished part");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean getAsBoolean() {
    return requested || Thread.currentThread().isInterrupted();
  }

  /** Lets the process end: everything worth keeping is written. */
  @Override
  public void close() {
    finished.countDown();
    if (!requested) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
