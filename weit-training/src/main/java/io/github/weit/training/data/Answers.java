package io.github.weit.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.NoGradient;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * What a teacher says of every image of a set, and of its mirror image where batches are mirrored:
 * softmax of its logits. A teacher that is asked once for each need not be asked again at every
 * step, which is what teaching costs where a small model learns from a large one for many epochs.
 *
 * <p>Cross entropy with p as the target is KL(p || q) and the entropy of p, which no gradient
 * depends on: so the loss is another number, and what is learnt is the same.
 */
public final class Answers {

  private final ImageSet images;
  private final int classes;
  private final float[][][] views; // as the images are, and mirrored; (image, class)

  private Answers(ImageSet images, int views) {
    this.images = images;
    this.classes = images.classes().size();
    this.views = new float[views][images.size()][];
  }

  /** What is said of each view as it is, see below. */
  public static Answers of(BatchSource source, UnaryOperator<NDArray> logits, NDManager manager) {
    return of(source, logits, false, manager);
  }

  /**
   * Asks for the images of a source, in their stored order, so that the same teacher says the same
   * whatever is done with it.
   *
   * @param logits from normalised images {@code (B, C, H, W)} to {@code (B, classes)}
   * @param mean whether of an image and of its mirror image the same is said, the mean of both;
   *     without effect where none is mirrored
   * @param manager decides the device; nothing is left in it
   * @throws WeitException if batches are changed by more than mirroring, or the teacher knows
   *     another number of classes
   */
  public static Answers of(
      BatchSource source, UnaryOperator<NDArray> logits, boolean mean, NDManager manager) {
    if (!source.augmentation().mirrorsAtMost()) {
      throw new WeitException(
          "what a teacher says can be asked beforehand only of images that are at most mirrored, found "
              + source.augmentation());
    }
    Answers answers = new Answers(source.images(), source.augmentation().flip() ? 2 : 1);
    EvaluationBatches batches =
        new EvaluationBatches(source.images(), source.normalisation(), source.batchSize());
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      for (int i = 0; i < batches.count(); i++) {
        answers.ask(batches, i, logits, manager);
      }
    }
    if (mean && answers.views.length > 1) {
      answers.agree();
    }
    return answers;
  }

  /** The mean of both views is what is said of either. */
  private void agree() {
    for (int image = 0; image < images.size(); image++) {
      float[] mean = new float[classes];
      for (int c = 0; c < classes; c++) {
        mean[c] = (views[0][image][c] + views[1][image][c]) / 2;
      }
      views[0][image] = mean;
      views[1][image] = mean;
    }
  }

  private void ask(
      EvaluationBatches batches, int index, UnaryOperator<NDArray> logits, NDManager manager) {
    try (NDManager own = manager.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray asked = batches.images(index, own);
      for (int view = 0; view < views.length; view++) {
        NDArray said = logits.apply(view == 0 ? asked : asked.flip(3));
        if (said.getShape().get(1) != classes) {
          throw new WeitException(
              "the teacher gave logits of shape %s; expected %d classes, as the images of %s have"
                  .formatted(said.getShape(), classes, images.id()));
        }
        float[] rows = said.softmax(1).toFloatArray();
        int first = index * batches.batchSize();
        for (int i = 0; i * classes < rows.length; i++) {
          views[view][first + i] = Arrays.copyOfRange(rows, i * classes, (i + 1) * classes);
        }
      }
    }
  }

  /** Whether these are answers about that very set. */
  boolean isAbout(ImageSet other) {
    return images == other;
  }

  /**
   * Turns targets t into a p + (1 - a) t.
   *
   * @param targets {@code (B, classes)}, changed
   * @param indices of the images in the set
   * @param mirrored which of them are mirrored
   * @param weight a
   */
  void blend(float[] targets, int[] indices, boolean[] mirrored, double weight) {
    for (int i = 0; i < indices.length; i++) {
      float[] said = views[mirrored[i] ? 1 : 0][indices[i]];
      for (int c = 0; c < classes; c++) {
        int at = i * classes + c;
        targets[at] = (float) (weight * said[c] + (1 - weight) * targets[at]);
      }
    }
  }
}
