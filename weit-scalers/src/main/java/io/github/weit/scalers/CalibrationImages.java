package io.github.weit.scalers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.models.SizedModel;
import io.github.weit.training.data.EvaluationBatches;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The training images on which the running statistics of batch norms are measured. */
public final class CalibrationImages {

  /** At most so many images, of all classes alike. */
  static final int IMAGES = 2048;

  private static final int BATCH = 128;

  private CalibrationImages() {}

  /**
   * The same weights with measured statistics, or the model itself if it has no batch norms. The
   * weights are shared, not copied.
   */
  public static SizedModel calibrate(
      SizedModel model, ImageSet train, Normalisation normalisation) {
    if (model.family().statistics(model.size()).isEmpty()) {
      return model;
    }
    ImageSet some = wholeBatches(train);
    NDArray any = model.weights().asMap().values().iterator().next();
    try (NDManager manager = any.getManager().newSubManager();
        Batches batches = new Batches(new EvaluationBatches(some, normalisation, BATCH), manager)) {
      return model.calibrate(() -> batches);
    }
  }

  /** How many of so many training images they are. */
  public static int count(int images) {
    int whole = Math.min(IMAGES, images / BATCH * BATCH);
    return whole == 0 ? images : whole;
  }

  /** Every batch counts alike, so a small last one is left out. */
  private static ImageSet wholeBatches(ImageSet train) {
    int count = count(train.size());
    return count == train.size() ? train : train.subset(count, new Seed(0));
  }

  /** One pass; a batch lives until the next one is asked for. */
  private static final class Batches implements Iterator<NDArray>, AutoCloseable {

    private final EvaluationBatches source;
    private final NDManager parent;
    private NDManager current;
    private int next;

    Batches(EvaluationBatches source, NDManager parent) {
      this.source = source;
      this.parent = parent;
      this.current = parent.newSubManager();
    }

    @Override
    public boolean hasNext() {
      return next < source.count();
    }

    @Override
    public NDArray next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      current.close();
      current = parent.newSubManager();
      return source.images(next++, current);
    }

    @Override
    public void close() {
      current.close();
    }
  }
}
