package io.github.weit.core.files;

import java.io.IOException;

/**
 * Keeps a thread's interrupts from file channels, which close themselves when they meet one: a file
 * that is being written is whole first.
 */
final class Interrupts {

  /** What must not be disturbed; it may be begun again. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private Interrupts() {}

  /**
   * Runs an action to its end. If the thread was interrupted before or is meanwhile, its flag is
   * set afterwards; an action that fails when one comes in is run again.
   *
   * @throws IOException as the action does, where no interrupt can be the reason
   */
  static void hold(Action action) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      boolean done = false;
      while (!done) {
        done = attempt(action);
        interrupted |= !done;
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the action came to its end; false if an interrupt came in, whose flag is cleared. */
  private static boolean attempt(Action action) throws IOException {
    try {
      action.run();
      return true;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        return false;
      }
      throw e;
    }
  }
}
