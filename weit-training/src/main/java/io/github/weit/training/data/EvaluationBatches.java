package io.github.weit.training.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.weit.core.WeitException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * All images of a set once, in stored order, normalised but not augmented; the last batch may be
 * smaller.
 */
public final class EvaluationBatches {
  private static final int[] STORED_ORDER = {};

  private final ImageSet images;
  private final Normalisation normalisation;
  private final int batchSize;

  public EvaluationBatches(ImageSet images, Normalisation normalisation, int batchSize) {
    if (batchSize < 1) {
      throw new WeitException("Evaluation: batch size must be at least 1, found " + batchSize);
    }
    if (normalisation.channels() != images.channels()) {
      throw new WeitException(
          "Evaluation on %s: images have %d channels, the normalisation has %d"
              .formatted(images.id(), images.channels(), normalisation.channels()));
    }
    this.images = images;
    this.normalisation = normalisation;
    this.batchSize = batchSize;
  }

  public ImageSet images() {
    return images;
  }

  /** Images of every batch but the last. */
  int batchSize() {
    return batchSize;
  }

  /** ceil(images / batch size). */
  public int count() {
    return (int) (((long) images.size() + batchSize - 1) / batchSize);
  }

  /**
   * Batch {@code index} of {@link #count}; its arrays belong to {@code manager} or the open scope.
   */
  public Batch batch(int index, NDManager manager) {
    Objects.checkIndex(index, count());
    int from = index * batchSize;
    int size = Math.min(batchSize, images.size() - from);
    HostBatch batch = HostBatch.gather(images, STORED_ORDER, from, size);
    return new Batch(
        normalisation.apply(batch.images(manager, images)),
        batch.targets(manager, images.classes().size(), 0));
  }

  /** The labels of batch {@code index}. */
  public int[] labels(int index) {
    Objects.checkIndex(index, count());
    int from = index * batchSize;
    return IntStream.range(from, Math.min(from + batchSize, images.size()))
        .map(images::label)
        .toArray();
  }

  /** Hands every batch to {@code action}; what was made in between is closed after each one. */
  public void forEach(NDManager manager, Consumer<Batch> action) {
    for (int i = 0; i < count(); i++) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        action.accept(batch(i, manager));
      }
    }
  }
}
