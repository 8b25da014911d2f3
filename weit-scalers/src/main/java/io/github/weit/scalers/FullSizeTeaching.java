package io.github.weit.scalers;

import ai.djl.ndarray.NDArray;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Pass;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.training.Classification;
import io.github.weit.training.Distillation;
import io.github.weit.training.Objective;
import io.github.weit.training.data.Batch;

/**
 * A fit that learns from the full size as well as from labels. Templates come with the scalers of
 * the size that they were learnt at, so the model of that size is there at no cost; what it says of
 * an image holds more than the label does, and a few images with it are harder to learn by heart:
 *
 * <pre>  loss = a KL(softmax(v) || softmax(z)) + (1 - a) crossEntropy(z, y)</pre>
 *
 * <p>with logits v of the full size, z of the size that is fitted, targets y and weight a. The step
 * costs one more forward pass, of the full size. This is ours and not part of the paper's method;
 * the loss is that of {@link Distillation}.
 *
 * @param full the model of the full size, {@link Templates#compose} of {@link Templates#size}; it
 *     must stay open
 * @param weight a, from 0 to 1
 * @param precision of what the full size computes
 */
public record FullSizeTeaching(SizedModel full, double weight, Precision precision) {

  /** The loss above of a network that is fitted; for {@link ScalerFit#run}. */
  public Objective<Batch> of(Classification network) {
    return new Distillation(this::said, weight, 1).of(network);
  }

  /** Batch norms see the batch, as they do in the fit: a composed model has no statistics yet. */
  private NDArray said(NDArray images) {
    Pass pass = Pass.training(0, new Seed(0)).withPrecision(precision);
    return full.family().forward(full.weights(), full.size(), images, pass);
  }
}
