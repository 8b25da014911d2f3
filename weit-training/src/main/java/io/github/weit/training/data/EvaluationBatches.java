package io.github.weit.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import java.util.Objects;
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
   * The images of batch {@code index} of {@link #count}, {@code (batch, C, H, W)}; they belong to
   * {@code manager} or the open scope.
   */
  public NDArray images(int index, NDManager manager) {
    Objects.checkIndex(index, count());
    int from = index * batchSize;
    int size = Math.min(batchSize, images.size() - from);
    HostBatch batch = HostBatch.gather(images, STORED_ORDER, from, size);
    return normalisation.apply(batch.images(manager, images));
  }

  /** The labels of batch {@code index}. */
  public int[] labels(int index) {
    Objects.checkIndex(index, count());
    int from = index * batchSize;
    return IntStream.range(from, Math.min(from + batchSize, images.size()))
        .map(images::label)
        .toArray();
  }
}
