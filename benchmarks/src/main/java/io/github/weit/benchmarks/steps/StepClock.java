package io.github.weit.benchmarks.steps;

import io.github.weit.training.StepReport;
import io.github.weit.training.TrainingListener;

/** Times steps that follow one another, each from the end of the one before. */
final class StepClock implements TrainingListener {

  private final double[] milliseconds;
  private int done;
  private long last = System.nanoTime();

  /** Begins the first step. */
  StepClock(int steps) {
    milliseconds = new double[steps];
  }

  @Override
  public void stepped(StepReport report) {
    lap();
  }

  /** Ends a step and begins the next. */
  void lap() {
    long now = System.nanoTime();
    milliseconds[done++] = (now - last) * 1e-6;
    last = now;
  }

  /** Whether all steps are done. */
  boolean full() {
    return done == milliseconds.length;
  }

  double[] milliseconds() {
    return milliseconds.clone();
  }
}
