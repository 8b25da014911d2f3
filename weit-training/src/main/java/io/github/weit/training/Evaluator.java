package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.NoGradient;
import io.github.weit.training.data.EvaluationBatches;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Measures a classifier over labelled batches. Nothing is recorded for a backward pass, whatever
 * thread this runs on and whether or not the weights require gradients, so weights need not be
 * detached. Every batch's arrays end with it: arrays that the logits' function makes and keeps
 * would be closed under it.
 *
 * <p>With logits z and label y: the loss is log(sum_c exp(z_c)) - z_y, in float64; the label's rank
 * counts the classes with a higher logit and those before it with an equal one, as an argmax would
 * choose, so that constant logits do not look right. A label whose logit is not a number is never
 * right.
 */
public final class Evaluator {

  /** Is told of every image that was answered. */
  @FunctionalInterface
  public interface Observer {

    /**
     * @param logits of the image, one for each class
     * @param label its class
     */
    void answered(double[] logits, int label);
  }

  private static final Observer NOBODY = (logits, label) -> {};

  private final NDManager parent;
  private final Observer observer;
  private long count;
  private double loss;
  private long first;
  private long firstFive;

  private Evaluator(NDManager parent, Observer observer) {
    this.parent = parent;
    this.observer = observer;
  }

  /**
   * Runs {@code logits} over all batches.
   *
   * @param parent the batches' manager is made under it, one for each
   * @param logits from images {@code (batch, ...)} to {@code (batch, classes)}
   * @throws WeitException if there is no image, the logits' shape is another, or a label is none of
   *     the classes
   */
  public static Evaluation evaluate(
      NDManager parent, LabelledFeed feed, UnaryOperator<NDArray> logits) {
    return evaluate(parent, feed, logits, NOBODY);
  }

  /**
   * The same.
   *
   * @param observer is told of every image, in order, such as {@link Confusion}
   */
  public static Evaluation evaluate(
      NDManager parent, LabelledFeed feed, UnaryOperator<NDArray> logits, Observer observer) {
    Evaluator evaluator = new Evaluator(parent, observer);
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      boolean more = true;
      while (more) {
        more = evaluator.takeNext(feed, logits);
      }
    }
    return evaluator.result();
  }

  /**
   * Runs {@code logits} over all images of a set, such as {@code SizedModel::logits}.
   *
   * @param parent the batches' manager is made under it, one for each
   * @throws WeitException if the logits' shape is another, or a label is none of the classes
   */
  public static Evaluation evaluate(
      NDManager parent, EvaluationBatches batches, UnaryOperator<NDArray> logits) {
    return evaluate(parent, batches, logits, NOBODY);
  }

  /**
   * The same.
   *
   * @param observer is told of every image, in order, such as {@link Confusion}
   */
  public static Evaluation evaluate(
      NDManager parent,
      EvaluationBatches batches,
      UnaryOperator<NDArray> logits,
      Observer observer) {
    Iterator<Integer> indices = IntStream.range(0, batches.count()).iterator();
    return evaluate(
        parent,
        owner ->
            indices.hasNext()
                ? Optional.of(batch(batches, indices.next(), owner))
                : Optional.empty(),
        logits,
        observer);
  }

  private static LabelledBatch batch(EvaluationBatches batches, int index, NDManager owner) {
    return new LabelledBatch(batches.images(index, owner), batches.labels(index));
  }

  private boolean takeNext(LabelledFeed feed, UnaryOperator<NDArray> logits) {
    try (NDManager manager = parent.newSubManager()) {
      Optional<LabelledBatch> batch = feed.next(manager);
      if (batch.isEmpty()) {
        return false;
      }
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        take(logits.apply(batch.get().images()), batch.get().labels());
      }
      return true;
    }
  }

  private void take(NDArray logits, int[] labels) {
    Shape shape = logits.getShape();
    if (shape.dimension() != 2 || shape.get(0) != labels.length) {
      throw new WeitException(
          "the model gave logits of shape "
              + shape
              + " for "
              + labels.length
              + " images; expected"
              + " (images, classes)");
    }
    int classes = Math.toIntExact(shape.get(1));
    double[] values = logits.toType(DataType.FLOAT64, false).toDoubleArray();
    for (int row = 0; row < labels.length; row++) {
      int label = labels[row];
      if (label < 0 || label >= classes) {
        throw new WeitException(
            "image "
                + (count + row)
                + " has label "
                + label
                + ", but the model has "
                + classes
                + " classes, 0 to "
                + (classes - 1));
      }
      count(values, row * classes, classes, label);
      observer.answered(Arrays.copyOfRange(values, row * classes, (row + 1) * classes), label);
    }
    count += labels.length;
  }

  private void count(double[] values, int offset, int classes, int label) {
    double own = values[offset + label];
    double highest = Double.NEGATIVE_INFINITY;
    int rank = 0;
    for (int c = 0; c < classes; c++) {
      double other = values[offset + c];
      highest = Math.max(highest, other);
      if (other > own || (c < label && other == own)) {
        rank++;
      }
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(values[offset + c] - highest);
    }
    loss += Math.log(sum) + highest - own;
    boolean known = !Double.isNaN(own);
    first += known && rank < 1 ? 1 : 0;
    firstFive += known && rank < 5 ? 1 : 0;
  }

  private Evaluation result() {
    if (count == 0) {
      throw new WeitException("there is nothing to evaluate: the data gave no image");
    }
    double n = count;
    return new Evaluation(count, loss / n, first / n, firstFive / n);
  }
}
