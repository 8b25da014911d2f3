package io.github.weit.training;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
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

  /**
   * The batches that a training by {@code recipe} takes from its step {@code step} on, so that one
   * that was interrupted goes on with those that it would have had. The caller closes the stream.
   *
   * @param step 0 for a training from its start
   * @throws WeitException if the source's batches are not what the recipe says
   */
  public BatchStream open(Recipe recipe, long step) {
    if (source.batchSize() != recipe.batchSize()
        || !source.augmentation().equals(recipe.augmentation())) {
      throw new WeitException(
          "the recipe is for batches of %d, %s; found %d, %s"
              .formatted(
                  recipe.batchSize(),
                  recipe.augmentation(),
                  source.batchSize(),
                  source.augmentation()));
    }
    return source.open(Math.multiplyExact(step, recipe.accumulation()));
  }
}
