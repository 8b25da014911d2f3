package io.github.weit.cli.compare;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Holds back what should not be done too often. */
final class Pace {

  private final long pause;
  private final LongSupplier clock;
  private OptionalLong last = OptionalLong.empty();

  /**
   * @param pause between two times
   * @param clock nanoseconds
   */
  Pace(Duration pause, LongSupplier clock) {
    this.pause = pause.toNanos();
    this.clock = clock;
  }

  /** Whether it may be done now: at first, and when the pause since the last time is over. */
  boolean isDue() {
    long now = clock.getAsLong();
    boolean due = last.isEmpty() || now - last.getAsLong() >= pause;
    if (due) {
      last = OptionalLong.of(now);
    }
    return due;
  }
}
