package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.run.CalibrationImages;
import io.github.weit.cli.run.TestSet;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.models.Cost;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.Classification;
import io.github.weit.training.Evaluation;
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
import java.util.function.BooleanSupplier;

/** One start at one size with one seed: everything that is measured of it. */
final class Trial {

  /** A family's usual random weights. */
  static final String SCRATCH = "scratch";

  /** Weights composed from templates and fitted scalers. */
  static final String WEIT = "weit";

  private final Plan plan;
  private final Family family;
  private final Images images;
  private final Size size;
  private final Seed seed;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final List<Measurement> measurements = new ArrayList<>();

  /** The images of a comparison. */
  record Images(ImageSet train, ImageSet fit, ImageSet test, Normalisation normalisation) {}

  Trial(
      Plan plan,
      Family family,
      Images images,
      Size size,
      long seed,
      TrainingListener listener,
      BooleanSupplier stop) {
    this.plan = plan;
    this.family = family;
    this.images = images;
    this.size = size;
    this.seed = new Seed(seed);
    this.listener = listener;
    this.stop = stop;
  }

  /** From random weights. Empty if it was stopped. */
  List<Measurement> scratch(NDManager parent) {
    try (NDManager manager = parent.newSubManager()) {
      SizedModel model = SizedModel.random(family, size, manager, seed.child(SCRATCH));
      measure(SCRATCH, Measurement.COMPOSED, 0, model, 0);
      return train(SCRATCH, model, 0) ? measurements : List.of();
    }
  }

  /** From templates: composed, fitted, then trained. Empty if it was stopped. */
  List<Measurement> weit(NDManager parent, Templates templates) {
    Resize resize = Resize.standard().withUnevenness(plan.unevenness(), seed.child("resize"));
    try (NDManager manager = parent.newSubManager()) {
      TemplateBank bank = templates.bank();
      ScalerSet start = templates.scalersFor(size, resize, manager);
      long scalers = start.parameters();
      try (SizedModel composed = SizedModel.compose(family, size, bank, start, manager)) {
        measure(WEIT, Measurement.COMPOSED, 0, composed, scalers);
      }
      ScalerSet fitted = fit(bank, start, manager);
      SizedModel model = SizedModel.compose(family, size, bank, fitted, manager);
      measure(WEIT, Measurement.FITTED, 0, model, scalers);
      return train(WEIT, model, scalers) ? measurements : List.of();
    }
  }

  private ScalerSet fit(TemplateBank bank, ScalerSet start, NDManager manager) {
    try (ScalerFit fit = new ScalerFit(family, size, bank, start, plan.fit(), seed, manager);
        BatchStream stream =
            source(images.fit(), plan.fit().batchSize(), plan.fit().augmentation())) {
      fit.run(stream::next, listener, stop);
      return fit.scalers().copyTo(manager);
    }
  }

  private boolean train(String method, SizedModel model, long scalers) {
    Classification network =
        (step, batch) ->
            family.forward(
                model.weights(),
                size,
                batch,
                Pass.training(plan.training().dropPath(), step.seed())
                    .withPrecision(plan.training().precision()));
    List<ParameterGroup> groups =
        ParameterGroup.byRank(model.weights(), plan.training().weightDecay());
    try (TrainingLoop loop =
            new TrainingLoop(model.weights(), groups, plan.training().loop(seed.child("train")));
        BatchStream stream =
            source(images.train(), plan.training().batchSize(), plan.training().augmentation())) {
      for (int epoch : plan.epochs()) {
        long end = (long) epoch * plan.stepsPerEpoch();
        if (loop.runUntil(end, stream::next, network, listener, stop).stopped()) {
          return false;
        }
        measure(method, Measurement.TRAINED, epoch, model, scalers);
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

  private void measure(String method, String phase, int epoch, SizedModel model, long scalers) {
    Evaluation result = evaluate(model);
    long steps =
        switch (phase) {
          case Measurement.TRAINED -> (long) epoch * plan.stepsPerEpoch();
          case Measurement.FITTED -> plan.fit().steps();
          default -> 0;
        };
    int batch =
        phase.equals(Measurement.FITTED) ? plan.fit().batchSize() : plan.training().batchSize();
    Cost cost = model.cost();
    measurements.add(
        new Measurement(
            method,
            size.toString(),
            size.width(),
            size.depth(),
            seed.value(),
            phase,
            epoch,
            steps,
            steps * batch,
            result.top1(),
            result.loss(),
            cost.parameters(),
            cost.macs(),
            scalers));
  }
}
