package io.github.weit.training;

import java.util.List;

/** Is told of every finished step, on the training thread. */
@FunctionalInterface
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener NONE = report -> {};

  void stepped(StepReport report);

  /** Tells all of {@code listeners}, in order. */
  static TrainingListener all(TrainingListener... listeners) {
    List<TrainingListener> copy = List.of(listeners);
    return report -> copy.forEach(listener -> listener.stepped(report));
  }

  /** Passes on every {@code n}-th step, and the last of all. */
  static TrainingListener every(long n, TrainingListener listener) {
    if (n < 1) {
      throw new IllegalArgumentException("every " + n + " steps; it must be 1 or more");
    }
    return report -> {
      if (report.step() % n == 0 || report.step() == report.steps()) {
        listener.stepped(report);
      }
    };
  }
}
