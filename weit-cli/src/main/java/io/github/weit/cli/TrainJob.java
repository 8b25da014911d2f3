package io.github.weit.cli;

import io.github.weit.cli.compare.TestSet;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.Classification;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.optim.ParameterGroup;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Trains dense weights; measures and writes them after every epoch. */
final class TrainJob {

  private final TrainStart start;
  private final ImageSet train;
  private final Optional<ImageSet> test;
  private final Recipe recipe;
  private final Seed seed;
  private final Path out;

  TrainJob(
      TrainStart start,
      ImageSet train,
      Optional<ImageSet> test,
      Recipe recipe,
      Seed seed,
      Path out) {
    this.start = start;
    this.train = train;
    this.test = test;
    this.recipe = recipe;
    this.seed = seed;
    this.out = out;
  }

  /** Returns the command's exit code. */
  int run(int epochs, long stepsPerEpoch, TrainingLog log, BooleanSupplier stop) {
    SizedModel model = start.model();
    evaluate(0, 0, model, log);
    TrainingListener listener =
        TrainingListener.all(TrainingLines.onOutput("train"), log.listener());
    BatchSource source =
        new BatchSource(
            train,
            start.normalisation(),
            recipe.augmentation(),
            recipe.batchSize(),
            seed.child("data"));
    try (TrainingLoop loop =
            new TrainingLoop(
                model.weights(),
                ParameterGroup.byRank(model.weights(), recipe.weightDecay()),
                recipe.loop(seed.child("train")));
        BatchStream stream = source.open(0)) {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        boolean stopped =
            loop.runUntil(epoch * stepsPerEpoch, stream::next, network(), listener, stop).stopped();
        SizedModel current =
            loop.average()
                .map(average -> new SizedModel(model.family(), model.size(), average))
                .orElse(model);
        if (stopped) {
          write(current, loop.position(), Optional.empty());
          System.out.printf(
              Locale.ROOT,
              "stopped after %d of %d steps; wrote %s%n",
              loop.position(),
              recipe.steps(),
              out);
          return Stop.EXIT_CODE;
        }
        write(current, loop.position(), evaluate(epoch, loop.position(), current, log));
      }
    }
    System.out.println("wrote " + out);
    return 0;
  }

  private Classification network() {
    Family family = start.model().family();
    Size size = start.model().size();
    return (step, images) ->
        family.forward(
            start.model().weights(), size, images, Pass.training(recipe.dropPath(), step.seed()));
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

  private void write(SizedModel model, long steps, Optional<Evaluation> result) {
    Map<String, String> provenance = new TreeMap<>(DataFacts.of(train, start.normalisation()));
    provenance.putAll(RunInfo.versions());
    provenance.putAll(start.provenance());
    provenance.put("seed", Long.toString(seed.value()));
    provenance.put("steps", Long.toString(steps));
    provenance.put("steps.planned", Long.toString(recipe.steps()));
    provenance.put("batch_size", Integer.toString(recipe.batchSize()));
    provenance.put("recipe", recipe.toString());
    result.ifPresent(
        found -> {
          provenance.put("test.images", Long.toString(found.count()));
          provenance.put("test.loss", Double.toString(found.loss()));
          provenance.put("test.top1", Double.toString(found.top1()));
        });
    model.artefact(provenance).save(out);
  }
}
