package io.github.weit.cli.run;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Resumable;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingResult;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Pre-training into a file, with checkpoints on the way.
 *
 * @param plan what is done
 * @param seed decides everything random
 * @param train the images
 * @param start what it starts from and learns from
 * @param checkpoints where the run goes on from if it is interrupted
 */
public record PretrainJob(
    PretrainPlan plan, Seed seed, ImageSet train, PretrainStart start, Checkpoints checkpoints) {

  /**
   * How it ended.
   *
   * @param done whether the templates are there; else it was stopped
   * @param sentence what to say
   */
  public record End(boolean done, String sentence) {}

  /** Learns templates and writes them. If it is stopped, a checkpoint is written in their place. */
  public End run(NDManager parent, Path file, TrainingListener listener, BooleanSupplier stop) {
    Normalisation normalisation = start.normalisation();
    Map<String, String> facts = new TreeMap<>(DataFacts.of(train, normalisation));
    facts.putAll(RunInfo.versions());
    facts.putAll(start.provenance());
    BatchSource source =
        new BatchSource(
            train,
            normalisation,
            plan.recipe().augmentation(),
            plan.recipe().batchSize(),
            seed.child("data"));
    try (NDManager manager = parent.newSubManager();
        Pretraining pretraining = begin(manager)) {
      Resumable run = pretraining.resumable(facts);
      long steps = plan.recipe().steps();
      if (checkpoints.isDone(run, steps, file)) {
        return new End(true, Checkpoints.done(file, steps));
      }
      Checkpointing checkpointing = checkpoints.open(run);
      try (BatchStream stream = source.open(run.position() * plan.recipe().accumulation())) {
        TrainingListener all = TrainingListener.all(listener, checkpointing);
        Supplier<TrainingResult> training =
            () -> pretraining.run(stream::next, start.task(), all, stop);
        if (checkpointing.guard(training).stopped()) {
          return new End(false, "stopped; " + checkpoints.stop(checkpointing));
        }
      }
      pretraining.artefact(facts).save(file);
      checkpointing.finish();
      return new End(true, "wrote " + file);
    }
  }

  private Pretraining begin(NDManager manager) {
    return start
        .templates()
        .map(templates -> new Pretraining(plan, templates, seed, manager))
        .orElseGet(() -> new Pretraining(plan, seed, manager));
  }
}
