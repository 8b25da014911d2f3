package io.github.weit.training;

import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import java.util.function.Function;

/**
 * Batches and the loss to learn from them by: what a teacher says is in either, see {@link
 * Distillation#lesson}.
 *
 * @param task makes the loss of a network
 */
public record Lesson(BatchSource source, Function<Classification, Objective<Batch>> task) {

  /** By labels alone. */
  public static Lesson ofLabels(BatchSource source) {
    return new Lesson(source, network -> network);
  }
}
