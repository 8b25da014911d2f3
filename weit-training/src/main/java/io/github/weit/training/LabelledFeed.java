package io.github.weit.training;

import ai.djl.ndarray.NDManager;
import java.util.Optional;

/** A finite run of labelled batches, for example one pass over a test set. */
@FunctionalInterface
public interface LabelledFeed {

  /** The next batch, or nothing at the end; its arrays belong to {@code manager}. */
  Optional<LabelledBatch> next(NDManager manager);
}
