package io.github.weit.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Endless shuffled, augmented batches of a set. A batch is a pure function of the seed and its
 * number, so a run that is resumed needs no saved position: it opens a stream at its next batch,
 * {@link io.github.weit.training.Lesson#open}.
 *
 * <p>An epoch has {@code floor(n / batchSize)} batches and its own order, a permutation of the set;
 * the {@code n mod batchSize} images at its end are left out, other ones in each epoch.
 */
public final class BatchSource {
  private final ImageSet images;
  private final Normalisation normalisation;
  private final Augmentation augmentation;
  private final int batchSize;
  private final Seed seed;
  private final Optional<Taught> taught;

  /** What a teacher says, and how much it counts. */
  private record Taught(Answers answers, double weight) {}

  /**
   * @throws WeitException if the batch size is below 1 or above the number of images, or the
   *     normalisation is of another number of channels
   */
  public BatchSource(
      ImageSet images,
      Normalisation normalisation,
      Augmentation augmentation,
      int batchSize,
      Seed seed) {
    this(images, normalisation, augmentation, batchSize, seed, Optional.empty());
  }

  private BatchSource(
      ImageSet images,
      Normalisation normalisation,
      Augmentation augmentation,
      int batchSize,
      Seed seed,
      Optional<Taught> taught) {
    if (batchSize < 1 || batchSize > images.size()) {
      throw new WeitException(
          "Batches of %s: batch size must be from 1 to the number of images, %d, found %d"
              .formatted(images.id(), images.size(), batchSize));
    }
    if (normalisation.channels() != images.channels()) {
      throw new WeitException(
          "Batches of %s: images have %d channels, the normalisation has %d"
              .formatted(images.id(), images.channels(), normalisation.channels()));
    }
    this.images = images;
    this.normalisation = normalisation;
    this.augmentation = augmentation;
    this.batchSize = batchSize;
    this.seed = seed;
    this.taught = taught;
  }

  /**
   * The same batches with other targets: a p + (1 - a) t, with what a teacher says p and targets t.
   *
   * @param answers of {@link Answers#of} for this source
   * @param weight a, from 0 (targets as they are) to 1 (what the teacher says alone)
   */
  public BatchSource withAnswers(Answers answers, double weight) {
    if (!answers.isAbout(images) || !augmentation.mirrorsAtMost()) {
      throw new WeitException(
          "what a teacher says must be about the images of these batches, %s, which must be at most mirrored"
              .formatted(images.id()));
    }
    if (!(weight >= 0 && weight <= 1)) {
      throw new WeitException("the weight of a teacher must be from 0 to 1, found " + weight);
    }
    Optional<Taught> other = Optional.of(new Taught(answers, weight));
    return new BatchSource(images, normalisation, augmentation, batchSize, seed, other);
  }

  /** Whether its targets have a teacher's answers in them. */
  public boolean isTaught() {
    return taught.isPresent();
  }

  public ImageSet images() {
    return images;
  }

  public Normalisation normalisation() {
    return normalisation;
  }

  public Augmentation augmentation() {
    return augmentation;
  }

  public int batchSize() {
    return batchSize;
  }

  /** floor(images / batch size). */
  public int batchesPerEpoch() {
    return images.size() / batchSize;
  }

  /**
   * A stream that begins with a batch, the first of all being 0. Close it: it owns a worker thread.
   *
   * @param firstBatch a step's number only where each step takes one batch, see {@link
   *     io.github.weit.training.Recipe#accumulation}
   */
  public BatchStream open(long firstBatch) {
    if (firstBatch < 0) {
      throw new WeitException("the first batch must be 0 or more, found " + firstBatch);
    }
    return new BatchStream(this, firstBatch, new Preparation());
  }

  /** Targets of a batch, {@code (B, classes)}. */
  NDArray targets(HostBatch batch, AugmentationDraws draws, NDManager manager) {
    int classes = images.classes().size();
    float[] rows = batch.rows(classes, augmentation.labelSmoothing());
    taught.ifPresent(
        teacher -> teacher.answers().blend(rows, batch.indices(), draws.flip(), teacher.weight()));
    return batch.upload(manager, rows, classes);
  }

  /** The order of an epoch: a permutation of 0 to n - 1. */
  int[] order(long epoch) {
    int[] order = new int[images.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Sampling.shuffle(order, seed.child("order").child(epoch).generator());
    return order;
  }

  /** The host's part of a step; keeps the order of the epoch it is in. */
  private final class Preparation implements LongFunction<BatchStream.Ready> {
    private long epoch = -1;
    private int[] order = {};

    @Override
    public BatchStream.Ready apply(long step) {
      if (step / batchesPerEpoch() != epoch) {
        epoch = step / batchesPerEpoch();
        order = order(epoch);
      }
      int from = (int) (step % batchesPerEpoch()) * batchSize;
      Seed own = seed.child("augment").child(step);
      return new BatchStream.Ready(
          HostBatch.gather(images, order, from, batchSize),
          AugmentationDraws.draw(augmentation, batchSize, images.height(), images.width(), own));
    }
  }
}
