package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.NoGradient;
import io.github.weit.core.engine.Ops;
import io.github.weit.training.data.Answers;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.ImageSet;

/**
 * Image classification with a teacher: with student logits z, teacher logits v, targets y, weight a
 * and temperature T,
 *
 * <pre>
 *   loss = a T^2 mean_b KL(softmax(v / T) || softmax(z / T)) + (1 - a) crossEntropy(z, y)
 *   KL(p || q) = sum_c p_c (log p_c - log q_c)
 * </pre>
 *
 * <p>T^2 keeps the gradient of the first part as large as T grows. The teacher sees the same images
 * as the student, augmentation included, and nothing of it is recorded for the backward pass.
 *
 * <p>What a teacher says of an image does not change, so {@link #lesson} asks once for each image,
 * and for its mirror image, where that is less work than asking at every step. The number that is
 * shown as the loss has then the entropy of softmax(v) in it, see {@link Answers}.
 *
 * <p>Source: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network" (arXiv
 * 1503.02531).
 *
 * @param teacher what is learnt from
 * @param weight a, from 0 (targets alone) to 1 (teacher alone)
 * @param temperature T, positive
 * @param atEveryStep whether it can only be asked at every step, as where what it says of an image
 *     depends on the others of its batch
 */
public record Distillation(
    LogitsSource teacher, double weight, double temperature, boolean atEveryStep) {

  /** The most that answers may take, in bytes. */
  private static final long MOST_BYTES = 64L << 20;

  public Distillation {
    if (!(weight >= 0 && weight <= 1)) {
      throw new WeitException("the weight of a teacher must be from 0 to 1, found " + weight);
    }
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new WeitException("the temperature must be positive, found " + temperature);
    }
  }

  /** By a teacher that says the same of an image at every step. */
  public Distillation(LogitsSource teacher, double weight, double temperature) {
    this(teacher, weight, temperature, false);
  }

  /** The same, asked at every step. */
  public Distillation askedAtEveryStep() {
    return new Distillation(teacher, weight, temperature, true);
  }

  /**
   * How a training of {@code recipe} is taught on batches of {@code source}: by answers that are
   * asked now, or by asking at every step where it must be, where images differ by more than
   * mirroring, where there are too few steps or too many classes, or where the temperature is not
   * 1, so that what it says and labels are not targets of one loss. By labels alone if the weight
   * is 0.
   *
   * @param recipe whose augmentation is the source's
   * @param manager decides the device; nothing is left in it
   */
  public Lesson lesson(BatchSource source, Recipe recipe, NDManager manager) {
    if (weight == 0) {
      return Lesson.ofLabels(source);
    }
    ImageSet images = source.images();
    return isAskedBefore(images.size(), images.classes().size(), recipe)
        ? Lesson.ofLabels(source.withAnswers(Answers.of(source, teacher::logits, manager), weight))
        : new Lesson(source, this::of);
  }

  /**
   * Images that the teacher is shown in a {@link #lesson}, which is what teaching costs: those of
   * every step, or each once and its mirror image.
   */
  public long shown(int images, int classes, Recipe recipe) {
    if (weight == 0) {
      return 0;
    }
    return isAskedBefore(images, classes, recipe) ? views(images, recipe) : seen(recipe);
  }

  /**
   * Whether the teacher is asked before the first step of a {@link #lesson} of so many images, and
   * not at every step.
   */
  public boolean isAskedBefore(int images, int classes, Recipe recipe) {
    long views = views(images, recipe);
    return weight > 0
        && temperature == 1
        && !atEveryStep
        && recipe.augmentation().mirrorsAtMost()
        && views <= seen(recipe)
        && views * classes * Float.BYTES <= MOST_BYTES;
  }

  private static long views(int images, Recipe recipe) {
    return (recipe.augmentation().flip() ? 2L : 1L) * images;
  }

  private static long seen(Recipe recipe) {
    return recipe.steps() * recipe.accumulation() * recipe.batchSize();
  }

  /** The loss above of a network that is trained, asking at every step. */
  public Objective<Batch> of(Classification student) {
    return (step, batch, manager) ->
        loss(student.logits(step, batch.images()), taught(batch.images()), batch.targets());
  }

  private NDArray loss(NDArray logits, NDArray taught, NDArray targets) {
    if (!taught.getShape().equals(logits.getShape())) {
      throw new WeitException(
          "the teacher gave logits of shape %s; expected %s as the student's"
              .formatted(taught.getShape(), logits.getShape()));
    }
    NDArray soft = divergence(taught, logits);
    NDArray hard = Ops.crossEntropy(logits, targets);
    return soft.mul(Ops.scalarLike(soft, weight * temperature * temperature))
        .add(hard.mul(Ops.scalarLike(hard, 1 - weight)));
  }

  private NDArray taught(NDArray images) {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      return teacher.logits(images);
    }
  }

  private NDArray divergence(NDArray taught, NDArray logits) {
    NDArray p = taught.div(Ops.scalarLike(taught, temperature)).logSoftmax(-1);
    NDArray q = logits.div(Ops.scalarLike(logits, temperature)).logSoftmax(-1);
    return p.exp().mul(p.sub(q)).sum(new int[] {1}).mean();
  }
}
