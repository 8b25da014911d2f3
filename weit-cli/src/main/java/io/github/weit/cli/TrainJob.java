package io.github.weit.cli;

import io.github.weit.cli.run.Checkpoints;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.cli.run.TestSet;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.SizedModel;
import io.github.weit.scalers.CalibrationImages;
import io.github.weit.scalers.OrdinaryTraining;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Classification;
import io.github.weit.training.DivergedException;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Recipe;
import io.github.weit.training.Resumable;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.TrainingResult;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.optim.ParameterGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Trains dense weights; measures and writes them after every epoch. */
final class TrainJob {

  private final TrainStart start;
  private final ImageSet train;
  private final Optional<ImageSet> test;
  private final Recipe recipe;
  private final Seed seed;
  private final Path out;
  private final Checkpoints checkpoints;

  TrainJob(
      TrainStart start,
      ImageSet train,
      Optional<ImageSet> test,
      Recipe recipe,
      Seed seed,
      Path out,
      Checkpoints checkpoints) {
    this.start = start;
    this.train = train;
    this.test = test;
    this.recipe = recipe;
    this.seed = seed;
    this.out = out;
    this.checkpoints = checkpoints;
  }

  /** Returns the command's exit code. */
  int run(int epochs, long stepsPerEpoch, TrainingLog log, BooleanSupplier stop) {
    SizedModel model = start.model();
    List<ParameterGroup> groups = OrdinaryTraining.groups(model, recipe);
    try (TrainingLoop loop =
        new TrainingLoop(model.weights(), groups, recipe.loop(seed.child("train")))) {
      Map<String, String> facts = provenance();
      facts.putAll(model.family().info(model.size()).facts());
      Resumable run = loop.resumable(facts);
      if (checkpoints.isDone(run, recipe.steps(), out)) {
        System.out.println(Checkpoints.done(out, recipe.steps()));
        return 0;
      }
      Checkpointing checkpointing = checkpoints.open(run);
      if (loop.position() == 0) {
        measured(model, start -> evaluate(0, 0, start, log).ifPresent(TrainJob::requireNumbers));
      }
      boolean stopped = train(loop, epochs, stepsPerEpoch, checkpointing, log, stop);
      if (stopped) {
        String next = checkpoints.stop(checkpointing);
        measured(current(loop), last -> write(last, loop.position(), Optional.empty()));
        System.out.printf(
            Locale.ROOT,
            "stopped after %d of %d steps; wrote %s; %s%n",
            loop.position(),
            recipe.steps(),
            out,
            next);
        return Stop.EXIT_CODE;
      }
      checkpointing.finish();
      if (loop.skipped() > 0) {
        System.out.printf(Locale.ROOT, "skipped %d of %d steps%n", loop.skipped(), recipe.steps());
      }
      System.out.println("wrote " + out);
      return 0;
    }
  }

  /** No training makes numbers of what is none. */
  private static void requireNumbers(Evaluation atStart) {
    if (!Double.isFinite(atStart.loss())) {
      throw new WeitException(
          "the answers of the weights to start at are no numbers; they are damaged, or of a training that diverged");
    }
  }

  /** The epochs that are left; whether it was stopped. */
  private boolean train(
      TrainingLoop loop,
      int epochs,
      long stepsPerEpoch,
      Checkpointing checkpointing,
      TrainingLog log,
      BooleanSupplier stop) {
    TrainingListener listener =
        TrainingListener.all(TrainingLines.onOutput("train"), log.listener(), checkpointing);
    Classification network = OrdinaryTraining.network(start.model(), recipe);
    BatchSource source = recipe.batches(train, start.normalisation(), seed.child("data"));
    long measured = Math.max(0, loop.position() - 1) / stepsPerEpoch; // a finished one again
    try (BatchStream stream = source.open(loop.position() * recipe.accumulation())) {
      for (int epoch = Math.toIntExact(measured) + 1; epoch <= epochs; epoch++) {
        long end = epoch * stepsPerEpoch;
        Supplier<TrainingResult> steps =
            () -> loop.runUntil(end, stream::next, network, listener, stop);
        if (run(steps, checkpointing).stopped()) {
          return true;
        }
        measureAndWrite(loop, epoch, end, log);
      }
    }
    return false;
  }

  private TrainingResult run(Supplier<TrainingResult> steps, Checkpointing checkpointing) {
    try {
      return checkpointing.guard(steps);
    } catch (DivergedException e) {
      throw e.noting("The model is of size " + start.model().size());
    }
  }

  /** What is evaluated and written: the running average, if there is one. */
  private SizedModel current(TrainingLoop loop) {
    SizedModel model = start.model();
    return loop.average()
        .map(average -> new SizedModel(model.family(), model.size(), average))
        .orElse(model);
  }

  private void measureAndWrite(TrainingLoop loop, int epoch, long step, TrainingLog log) {
    measured(current(loop), model -> write(model, step, evaluate(epoch, step, model, log)));
  }

  /** Does something with a model whose batch norms have measured the training images. */
  private void measured(SizedModel model, Consumer<SizedModel> action) {
    SizedModel calibrated = CalibrationImages.calibrate(model, train, start.normalisation());
    try {
      action.accept(calibrated);
    } finally {
      calibrated.statistics().close();
    }
  }

  private Optional<Evaluation> evaluate(int epoch, long step, SizedModel model, TrainingLog log) {
    Optional<Evaluation> result =
        test.map(images -> TestSet.evaluate(model, images, start.normalisation()));
    result.ifPresent(
        found -> {
          System.out.println((epoch == 0 ? "start: " : "epoch " + epoch + ": ") + found);
          log.evaluated(epoch, step, found);
        });
    return result;
  }

  /** What decides the result. */
  private Map<String, String> provenance() {
    Map<String, String> provenance = new TreeMap<>(DataFacts.of(train, start.normalisation()));
    provenance.putAll(RunInfo.versions());
    provenance.putAll(start.provenance());
    provenance.put("seed", Long.toString(seed.value()));
    provenance.put("steps.planned", Long.toString(recipe.steps()));
    provenance.put("batch_size", Integer.toString(recipe.batchSize()));
    provenance.put("recipe", recipe.toString());
    return provenance;
  }

  private void write(SizedModel model, long steps, Optional<Evaluation> result) {
    Map<String, String> provenance = provenance();
    provenance.put("steps", Long.toString(steps));
    result.ifPresent(
        found -> {
          provenance.put("test.images", Long.toString(found.count()));
          provenance.put("test.loss", Double.toString(found.loss()));
          provenance.put("test.top1", Double.toString(found.top1()));
        });
    model.artefact(provenance).save(out);
  }
}
