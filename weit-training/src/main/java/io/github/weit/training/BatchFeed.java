package io.github.weit.training;

import ai.djl.ndarray.NDManager;

/**
 * An endless run of batches.
 *
 * @param <B> what a batch is
 */
@FunctionalInterface
public interface BatchFeed<B> extends AutoCloseable {

  /**
   * The next batch; its arrays belong to {@code manager}, which is closed when the batch has been
   * used.
   */
  B next(NDManager manager);

  /** Lets go of what stands behind the batches; nothing by default. */
  @Override
  default void close() {}
}
