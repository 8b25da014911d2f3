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
 * as the student, augmentation included, and nothing of it is recorded for the backward pass. Asked
 * for both views, it says the mean of softmax(v / T) over an image and its mirror image; a {@link
 * #lesson} asks for both where images are mirrored at random, but not a teacher that can only be
 * asked at every step, of which that would be twice the work.
 *
 * <p>What a teacher says of an image does not change, so {@link #lesson} asks once for each image,
 * and for its mirror image, where that is less work than asking at every step. The number that is
 * shown as the loss has then the entropy of softmax(v) in it, see {@link Answers}.
 *
 * <p>Source: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network" (arXiv
 * 1503.02531).
 *
 * @param teacher what is learnt from
 * @param options a, T, and of which views the teacher is asked
 * @param atEveryStep whether it can only be asked at every step, as where what it says of an image
 *     depends on the others of its batch
 */
public record Distillation(LogitsSource teacher, TeachingOptions options, boolean atEveryStep) {

  /** The most that answers may take, in bytes. */
  private static final long MOST_BYTES = 64L << 20;

  /** By a teacher that says the same of an image at every step. */
  public Distillation(LogitsSource teacher, TeachingOptions options) {
    this(teacher, options, false);
  }

  /** The same of the image as it is shown. */
  public Distillation(LogitsSource teacher, double weight, double temperature) {
    this(teacher, TeachingOptions.of(weight).withTemperature(temperature));
  }

  /** The same, asked at every step. */
  public Distillation askedAtEveryStep() {
    return new Distillation(teacher, options, true);
  }

  /**
   * How a training of {@code recipe} is taught on batches of {@code source}: by answers that are
   * asked now, or by asking at every step where it must be, where images differ by more than
   * mirroring, where there are too few steps or too many classes, or where labels are learnt from
   * beside it and the temperature is not 1, so that the two are not targets of one loss. By labels
   * alone if the weight is 0.
   *
   * @param recipe whose augmentation is the source's
   * @param manager decides the device; nothing is left in it
   */
  public Lesson lesson(BatchSource source, Recipe recipe, NDManager manager) {
    if (options.isLabelsAlone()) {
      return Lesson.ofLabels(source);
    }
    ImageSet images = source.images();
    boolean both = isAskedForBoth(recipe);
    if (!isAskedBefore(images.size(), images.classes().size(), recipe)) {
      return new Lesson(source, options.bothViews() == both ? this::of : ofOneView()::of);
    }
    Answers answers = Answers.of(source, asked -> softer(teacher.logits(asked)), both, manager);
    return new Lesson(source.withAnswers(answers, options.weight()), this::ofAnswers);
  }

  /**
   * Whether it is asked for an image and its mirror image in a {@link #lesson}, where the options
   * want it.
   */
  public boolean isAskedForBoth(Recipe recipe) {
    return options.bothViews() && recipe.augmentation().flip() && !atEveryStep;
  }

  private Distillation ofOneView() {
    return new Distillation(teacher, options.withBothViews(false), atEveryStep);
  }

  /** Targets are what the teacher says; with labels among them the temperature is 1. */
  private Objective<Batch> ofAnswers(Classification student) {
    if (options.temperature() == 1) {
      return student;
    }
    Classification softer = (step, images) -> softer(student.logits(step, images));
    return (step, batch, manager) -> {
      NDArray loss = softer.loss(step, batch, manager);
      return loss.mul(Ops.scalarLike(loss, options.temperature() * options.temperature()));
    };
  }

  private NDArray softer(NDArray logits) {
    return options.temperature() == 1
        ? logits
        : logits.div(Ops.scalarLike(logits, options.temperature()));
  }

  /**
   * Images that the teacher is shown in a {@link #lesson}, which is what teaching costs: those of
   * every step, or each once and its mirror image.
   */
  public long shown(int images, int classes, Recipe recipe) {
    if (options.isLabelsAlone()) {
      return 0;
    }
    return isAskedBefore(images, classes, recipe)
        ? views(images, recipe)
        : (isAskedForBoth(recipe) ? 2 : 1) * seen(recipe);
  }

  /**
   * Whether the teacher is asked before the first step of a {@link #lesson} of so many images, and
   * not at every step.
   */
  public boolean isAskedBefore(int images, int classes, Recipe recipe) {
    long views = views(images, recipe);
    return !options.isLabelsAlone()
        && (options.temperature() == 1 || options.weight() == 1)
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
    NDArray soft = divergence(taught, softer(logits).logSoftmax(-1));
    NDArray hard = Ops.crossEntropy(logits, targets);
    double temperature = options.temperature();
    return soft.mul(Ops.scalarLike(soft, options.weight() * temperature * temperature))
        .add(hard.mul(Ops.scalarLike(hard, 1 - options.weight())));
  }

  /** Logarithms of what the teacher says, at the temperature. */
  private NDArray taught(NDArray images) {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      NDArray said = softer(teacher.logits(images)).logSoftmax(-1);
      return options.bothViews()
          ? logOfMean(said, softer(teacher.logits(images.flip(3))).logSoftmax(-1))
          : said;
    }
  }

  /** log((exp(a) + exp(b)) / 2), whatever is tiny. */
  private static NDArray logOfMean(NDArray a, NDArray b) {
    NDArray most = a.maximum(b);
    NDArray sum = a.sub(most).exp().add(b.sub(most).exp());
    return most.add(sum.div(Ops.scalarLike(sum, 2)).log());
  }

  /** KL(p || q) of logarithms, the mean over the batch. */
  private static NDArray divergence(NDArray p, NDArray q) {
    return p.exp().mul(p.sub(q)).sum(new int[] {1}).mean();
  }
}
