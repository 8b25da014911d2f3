package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Fitting;
import io.github.weit.baselines.Initialiser;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.run.TestSet;
import io.github.weit.core.Seed;
import io.github.weit.models.Cost;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.scalers.CalibrationImages;
import io.github.weit.training.Classification;
import io.github.weit.training.DivergedException;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
  List<Measurement> run(NDManager parent, Parents parents, FitStore fits) {
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
      String phase = start.fitSteps() > 0 ? Measurement.FITTED : Measurement.COMPOSED;
      measure(phase, 0, start.fitSteps(), model, numbers);
      return train(model, numbers) ? measurements : List.of();
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

  /**
   * Ordinary training. Where it diverges it ends, since whatever comes after a loss that is no
   * number is no training; later epochs have the accuracy of the last good weights, and no loss.
   */
  private boolean train(SizedModel model, long numbers) {
    OptionalLong diverged = OptionalLong.empty();
    Recipe recipe = plan.training(method);
    Classification network =
        (step, batch) ->
            family.forward(
                model.weights(),
                size,
                batch,
                Pass.training(recipe.dropPath(), step.seed()).withPrecision(recipe.precision()));
    List<ParameterGroup> groups = ParameterGroup.byRank(model.weights(), recipe.weightDecay());
    try (TrainingLoop loop =
            new TrainingLoop(model.weights(), groups, recipe.loop(seed.child("train")));
        BatchStream stream = source(images.train(), recipe.batchSize(), recipe.augmentation())) {
      for (int epoch : plan.epochs(method)) {
        long end = (long) epoch * plan.stepsPerEpoch();
        if (diverged.isEmpty()) {
          try {
            if (loop.runUntil(end, stream::next, network, listener, stop).stopped()) {
              return false;
            }
          } catch (DivergedException e) {
            diverged = OptionalLong.of(e.step());
          }
        }
        SizedModel averaged =
            loop.average().map(average -> new SizedModel(family, size, average)).orElse(model);
        if (diverged.isEmpty()) {
          measure(Measurement.TRAINED, epoch, end, averaged, numbers);
        } else {
          double accuracy = evaluate(averaged).top1();
          long steps = diverged.getAsLong();
          record(Measurement.TRAINED, epoch, steps, accuracy, Double.NaN, averaged, numbers);
        }
      }
      return true;
    }
  }

  private BatchStream source(ImageSet set, int batchSize, Augmentation augmentation) {
    return new BatchSource(set, images.normalisation(), augmentation, batchSize, seed.child("data"))
        .open(0);
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
