package io.github.weit.cli.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.models.SizedModel;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Evaluator;
import io.github.weit.training.LabelledBatch;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.EvaluationBatches;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.Optional;

/** Measures a model on all images of a set. */
public final class TestSet {

  private static final int BATCH = 250;

  private TestSet() {}

  public static Evaluation evaluate(
      SizedModel model, ImageSet images, Normalisation normalisation) {
    EvaluationBatches batches = new EvaluationBatches(images, normalisation, BATCH);
    NDArray any = model.weights().asMap().values().iterator().next();
    try (NDManager manager = any.getManager().newSubManager()) {
      int[] next = {0};
      return Evaluator.evaluate(
          manager,
          owner -> {
            if (next[0] == batches.count()) {
              return Optional.empty();
            }
            Batch batch = batches.batch(next[0], owner);
            int[] labels = new int[batch.size()];
            for (int i = 0; i < labels.length; i++) {
              labels[i] = images.label(next[0] * BATCH + i);
            }
            next[0]++;
            return Optional.of(new LabelledBatch(batch.images(), labels));
          },
          model::logits);
    }
  }
}
