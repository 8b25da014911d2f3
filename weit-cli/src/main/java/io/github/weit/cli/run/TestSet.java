package io.github.weit.cli.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.models.SizedModel;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Evaluator;
import io.github.weit.training.data.EvaluationBatches;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;

/** Measures a model on all images of a set. */
public final class TestSet {

  private static final int BATCH = 250;

  private TestSet() {}

  public static Evaluation evaluate(
      SizedModel model, ImageSet images, Normalisation normalisation) {
    return evaluate(model, images, normalisation, (logits, label) -> {});
  }

  /**
   * The same.
   *
   * @param observer is told of every image
   */
  public static Evaluation evaluate(
      SizedModel model, ImageSet images, Normalisation normalisation, Evaluator.Observer observer) {
    EvaluationBatches batches = new EvaluationBatches(images, normalisation, BATCH);
    NDArray any = model.weights().asMap().values().iterator().next();
    try (NDManager manager = any.getManager().newSubManager()) {
      return Evaluator.evaluate(manager, batches, model::logits, observer);
    }
  }
}
