package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Fitting;
import io.github.weit.baselines.Initialiser;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.cli.run.TestSet;
import io.github.weit.core.Seed;
import io.github.weit.models.Cost;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
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
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** One method at one size with one seed: everything that is measured of it. */
final class Trial {

  private final Plan plan;
  private final Contender method;
  private final Family family;
  private final Images images;
  private final Size size;
  private final Seed seed;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final List<Measurement> measurements = new ArrayList<>();

  /**
   * The images of a comparison.
   *
   * @param transfer to them, where parents were trained on others
   */
  record Images(
      ImageSet train,
      ImageSet fit,
      ImageSet test,
      Normalisation normalisation,
      Optional<ImageTransfer> transfer) {}

  Trial(
      Plan plan,
      Contender method,
      Family family,
      Images images,
      Size size,
      long seed,
      TrainingListener listener,
      BooleanSupplier stop) {
    this.plan = plan;
    this.method = method;
    this.family = family;
    this.images = images;
    this.size = size;
    this.seed = new Seed(seed);
    this.listener = listener;
    this.stop = stop;
  }

  /** Runs it to its end. Empty if it was stopped. */
  List<Measurement> run(
      NDManager parent, Parents parents, FitStore fits, TrialCheckpoints checkpoints) {
    Fitting fitting =
        new Fitting(
            images.fit(), images.normalisation(), plan.fit(), listener, stop, images.transfer());
    Start start = Start.of(method, family, parents, fitting, plan);
    long numbers = start.fitted().applyAsLong(size);
    try (NDManager manager = parent.newSubManager()) {
      Optional<String> composed = start.before().map(before -> composed(before, numbers, manager));
      SizedModel model =
          start.fitSteps() > 0
              ? fitted(start, composed, fits, manager)
              : start.first().initialise(size, manager, seed);
      if (stop.getAsBoolean()) {
        return List.of(); // perhaps in the middle of its fit
      }
      String phase = start.fitSteps() > 0 ? Measurement.FITTED : Measurement.COMPOSED;
      measure(phase, 0, start.fitSteps(), model, numbers);
      return train(model, numbers, checkpoints) ? measurements : List.of();
    }
  }

  /** Measures what a fit starts from, and says by its hash what that is. */
  private String composed(Initialiser before, long numbers, NDManager manager) {
    try (SizedModel model = before.initialise(size, manager, seed)) {
      measure(Measurement.COMPOSED, 0, 0, model, numbers);
      return FitStore.sha256(model);
    }
  }

  private SizedModel fitted(
      Start start, Optional<String> composed, FitStore fits, NDManager manager) {
    FitStore.Fit fit = new FitStore.Fit(method, size, seed, composed);
    return fits.find(fit, manager)
        .orElseGet(
            () -> {
              SizedModel fitted = start.first().initialise(size, manager, seed);
              if (!stop.getAsBoolean()) {
                keep(fits, fit, fitted);
              }
              return fitted;
            });
  }

  /** With the statistics of batch norms, so that it predicts; ordinary training has its own. */
  private void keep(FitStore fits, FitStore.Fit fit, SizedModel fitted) {
    SizedModel whole = CalibrationImages.calibrate(fitted, images.train(), images.normalisation());
    try {
      fits.keep(fit, whole);
    } finally {
      whole.statistics().close();
    }
  }

  /** Ordinary training, from where it was stopped before; whether it came to its end. */
  private boolean train(SizedModel model, long numbers, TrialCheckpoints checkpoints) {
    Recipe recipe = plan.training(method);
    List<ParameterGroup> groups = OrdinaryTraining.groups(model, recipe);
    try (TrainingLoop loop =
        new TrainingLoop(model.weights(), groups, recipe.loop(seed.child("train")))) {
      Resumable run = loop.resumable(facts(model, recipe));
      Checkpointing progress = checkpoints.open(run, measurements);
      boolean done = train(model, numbers, recipe, loop, TrainingListener.all(listener, progress));
      if (!done && loop.position() > 0) {
        progress.save();
      }
      return done;
    }
  }

  /**
   * The epochs that are not measured yet. Where training diverges it ends, since whatever comes
   * after a loss that is no number is no training; later epochs have the accuracy of the last good
   * weights, and no loss.
   */
  private boolean train(
      SizedModel model, long numbers, Recipe recipe, TrainingLoop loop, TrainingListener told) {
    Classification network = OrdinaryTraining.network(model, recipe);
    List<Integer> measured = measurements.stream().map(Measurement::epoch).toList();
    OptionalLong diverged = OptionalLong.empty();
    try (BatchStream stream = batches(recipe, loop.position())) {
      for (int epoch : plan.epochs(method)) {
        if (measured.contains(epoch)) {
          continue;
        }
        long end = (long) epoch * plan.stepsPerEpoch();
        if (diverged.isEmpty()) {
          try {
            if (loop.runUntil(end, stream::next, network, told, stop).stopped()) {
              return false;
            }
          } catch (DivergedException e) {
            diverged = OptionalLong.of(e.step());
          }
        }
        SizedModel averaged =
            loop.average().map(average -> new SizedModel(family, size, average)).orElse(model);
        Evaluation found = evaluate(averaged);
        double loss = diverged.isEmpty() ? found.loss() : Double.NaN;
        long steps = diverged.orElse(end);
        record(Measurement.TRAINED, epoch, steps, found.top1(), loss, averaged, numbers);
      }
    }
    return true;
  }

  /** What decides the course of ordinary training, and where it is measured. */
  private Map<String, String> facts(SizedModel start, Recipe recipe) {
    Map<String, String> facts = new TreeMap<>(RunInfo.versions());
    facts.putAll(DataFacts.of(images.train(), images.normalisation()));
    facts.put("test.sha256", images.test().sha256());
    facts.put("seed", Long.toString(seed.value()));
    facts.put("recipe", recipe.toString());
    facts.put("epochs", plan.epochs(method).toString());
    facts.put("start.sha256", FitStore.sha256(start));
    return facts;
  }

  private BatchStream batches(Recipe recipe, long step) {
    return recipe
        .batches(images.train(), images.normalisation(), seed.child("data"))
        .open(step * recipe.accumulation());
  }

  private Evaluation evaluate(SizedModel model) {
    SizedModel calibrated =
        CalibrationImages.calibrate(model, images.train(), images.normalisation());
    try {
      return TestSet.evaluate(calibrated, images.test(), images.normalisation());
    } finally {
      calibrated.statistics().close();
    }
  }

  private void measure(String phase, int epoch, long steps, SizedModel model, long numbers) {
    Evaluation result = evaluate(model);
    record(phase, epoch, steps, result.top1(), result.loss(), model, numbers);
  }

  private void record(
      String phase,
      int epoch,
      long steps,
      double accuracy,
      double loss,
      SizedModel model,
      long numbers) {
    boolean fitted = phase.equals(Measurement.FITTED);
    int batch = fitted ? plan.fit().batchSize() : plan.training().batchSize();
    Cost cost = model.cost();
    measurements.add(
        new Measurement(
            method.name(),
            size.toString(),
            size.width(),
            size.depth(),
            seed.value(),
            phase,
            epoch,
            steps,
            steps * batch,
            accuracy,
            loss,
            cost.parameters(),
            cost.macs(),
            numbers));
  }
}
