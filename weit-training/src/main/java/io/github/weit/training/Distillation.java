package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.NoGradient;
import io.github.weit.core.engine.Ops;
import io.github.weit.training.data.Batch;

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
 * <p>Source: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network" (arXiv
 * 1503.02531).
 *
 * @param teacher what is learnt from
 * @param weight a, from 0 (targets alone) to 1 (teacher alone)
 * @param temperature T, positive
 */
public record Distillation(LogitsSource teacher, double weight, double temperature) {

  public Distillation {
    if (!(weight >= 0 && weight <= 1)) {
      throw new WeitException("the weight of a teacher must be from 0 to 1, found " + weight);
    }
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new WeitException("the temperature must be positive, found " + temperature);
    }
  }

  /** The loss above of a network that is trained. */
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
