package io.github.weit.examples;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingResult;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.metrics.Progress;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A pre-training of hours that may be stopped, interrupted as the threads of a service are, or
 * killed, at any moment: started again it goes on, and ends in the same file, byte for byte, as one
 * without a break. A fit does the same with {@link io.github.weit.scalers.ScalerFit#resumable}, any
 * other training with {@link io.github.weit.training.TrainingLoop#resumable}.
 */
public final class InterruptedPretraining {

  private InterruptedPretraining() {}

  /**
   * @param arguments the folder for the files, {@code runs/interrupted} if there is none
   */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "runs/interrupted");
    run(folder, 500, 50, () -> false);
  }

  static void run(Path folder, long steps, long stepsBetween, BooleanSupplier stop) {
    ImageSet images = EmbeddedFashionMnist.train();
    Normalisation normalisation = Normalisation.of(images);
    Map<String, String> data = DataFacts.of(images, normalisation);
    Recipe recipe = PretrainPlan.recipe(steps, 64);
    PretrainPlan plan = PretrainPlan.of(Vit.small(28, 1, 10), new Size(96, 4), recipe);
    Seed seed = new Seed(1);
    CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"), 2);
    TrainingListener progress = report -> System.out.println(Progress.line(report));
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("auto"));
        Pretraining pretraining = new Pretraining(plan, seed, manager)) {
      Checkpointing checkpoints =
          new Checkpointing(store, stepsBetween, pretraining.resumable(data));
      checkpoints.begin(Checkpointing.Begin.RESUME_IF_ANY);
      TrainingResult result =
          pretraining.run(
              recipe.batches(images, normalisation, seed.child("data")),
              TrainingListener.all(TrainingListener.every(50, progress), checkpoints),
              stop);
      if (result.stopped()) {
        checkpoints.save();
        System.out.println("stopped after step " + result.position() + "; start again to go on");
      } else {
        pretraining.artefact(data).save(folder.resolve("templates.safetensors"));
        checkpoints.finish();
      }
    }
  }
}
