package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.run.Checkpoints;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.cli.run.TestSet;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Scalers;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.CalibrationImages;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Lesson;
import io.github.weit.training.Recipe;
import io.github.weit.training.Resumable;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingResult;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Composes one size from templates, fits its scalers if there are images, and writes weights. */
final class FitJob {

  /** At most so many test images are measured on: the numbers are a look, not a result. */
  static final int TEST_IMAGES = 2000;

  private final Path file;
  private final Size size;
  private final Start start;
  private final Optional<Path> given;
  private final double unevenness;
  private final TeachingOptions teaching;
  private final Seed seed;
  private final Checkpoints checkpoints;
  private final NDManager manager;
  private final Map<String, String> provenance = new TreeMap<>();

  /** Where scalers start. */
  enum Start {
    /** From those of the pre-trained size. */
    RESIZED,
    /** From random numbers. */
    RANDOM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param given scalers to start at, which take the place of {@code start}
   */
  FitJob(
      Path file,
      Size size,
      Start start,
      Optional<Path> given,
      double unevenness,
      TeachingOptions teaching,
      Seed seed,
      Checkpoints checkpoints,
      NDManager manager) {
    this.file = file;
    this.size = size;
    this.start = start;
    this.given = given;
    this.unevenness = unevenness;
    this.teaching = teaching;
    this.seed = seed;
    this.checkpoints = checkpoints;
    this.manager = manager;
  }

  /**
   * @param images to fit on; 0 only composes
   * @return the command's exit code
   */
  int run(
      Optional<ImageSet> train,
      Optional<ImageSet> test,
      int images,
      Recipe recipe,
      Path out,
      Optional<Path> scalersOut,
      BooleanSupplier stop) {
    try (Templates templates = Templates.load(file, manager)) {
      requireImages(templates, train);
      ScalerSet scalers = start(templates);
      boolean fits = train.isPresent() && images > 0;
      provenance.putAll(ImageFacts.in(templates.provenance()));
      provenance.putAll(RunInfo.versions());
      provenance.put("parent.sha256", Hashes.sha256(file));
      provenance.put("parent.size", templates.size().toString());
      if (fits || given.isEmpty()) {
        provenance.put("seed", Long.toString(seed.value()));
        provenance.put("fit.start", given.isPresent() ? "scalers" : start.toString());
        provenance.put("fit.unevenness", Double.toString(unevenness));
        provenance.put("fit.steps", "0");
      }
      if (!fits) {
        measure("composed", templates, scalers, train, test);
        write(templates, scalers, train, out, scalersOut);
        return 0;
      }
      Recipe own = ScalerFit.recipe(recipe, templates.size(), size);
      ImageSet few = few(train.get(), images);
      try (ScalerFit fit =
          new ScalerFit(templates.family(), size, templates.bank(), scalers, own, seed, manager)) {
        Resumable run = fit.resumable(facts(few));
        if (Stream.concat(Stream.of(out), scalersOut.stream())
            .allMatch(written -> checkpoints.isDone(run, own.steps(), written))) {
          System.out.println(Checkpoints.done(out, own.steps()));
          return 0;
        }
        Optional<Evaluation> composed = measure("composed", templates, scalers, train, test);
        Checkpointing checkpointing = checkpoints.open(run);
        boolean stopped = fit(fit, checkpointing, templates, few, own, stop);
        Optional<Evaluation> fitted = measure("fitted", templates, fit.scalers(), train, test);
        write(templates, fit.scalers(), train, out, scalersOut);
        if (stopped) {
          return Stop.EXIT_CODE;
        }
        composed
            .flatMap(before -> advice(before, fitted.orElseThrow(), few.size()))
            .ifPresent(System.out::println);
        checkpointing.finish();
        return 0;
      }
    }
  }

  private ScalerSet start(Templates templates) {
    if (given.isPresent()) {
      return given(templates, given.get());
    }
    if (start == Start.RANDOM) {
      return ScalerSet.create(
          templates.bank().constraint(), templates.family().weights(size), manager, seed);
    }
    Resize rule = Resize.standard().withUnevenness(unevenness, seed.child("resize"));
    return templates.scalersFor(size, rule, manager);
  }

  /** Scalers from a file, whose history goes on. */
  private ScalerSet given(Templates templates, Path from) {
    Scalers scalers = Scalers.load(from, manager);
    try {
      templates.requireOwn(scalers);
    } catch (WeitException e) {
      throw new WeitException(
          "%s does not go with %s: %s".formatted(from, file, e.getMessage()), e);
    }
    provenance.putAll(scalers.provenance());
    provenance.put("scalers.sha256", Hashes.sha256(from));
    return scalers.set();
  }

  private ImageSet few(ImageSet train, int images) {
    return images < train.size() ? train.subset(images, seed.child("images")) : train;
  }

  /** What decides the result, beside the recipe. */
  private Map<String, String> facts(ImageSet images) {
    Map<String, String> facts = new TreeMap<>(provenance);
    facts.put("fit.sha256", images.sha256());
    facts.put("fit.teaching", teaching.toString());
    return facts;
  }

  /** The steps that are left; whether it was stopped. */
  private boolean fit(
      ScalerFit fit,
      Checkpointing checkpointing,
      Templates templates,
      ImageSet images,
      Recipe recipe,
      BooleanSupplier stop) {
    Normalisation normalisation = DataFacts.normalisation(templates.provenance());
    BatchSource source = recipe.batches(images, normalisation, seed.child("data"));
    TrainingListener listener = TrainingListener.all(TrainingLines.onOutput("fit"), checkpointing);
    Lesson lesson = lesson(templates, source, recipe);
    TrainingResult result = checkpointing.guard(() -> fit.run(lesson, listener, stop));
    provenance.putAll(facts(images));
    provenance.put("fit.steps", Long.toString(result.position()));
    provenance.put("fit.images", Integer.toString(images.size()));
    provenance.put("fit.recipe", recipe.toString());
    if (result.stopped()) {
      System.out.printf(
          Locale.ROOT,
          "stopped after %d of %d steps; %s%n",
          result.position(),
          recipe.steps(),
          checkpoints.stop(checkpointing));
    }
    return result.stopped();
  }

  private Lesson lesson(Templates templates, BatchSource source, Recipe recipe) {
    if (teaching.isLabelsAlone()) {
      return Lesson.ofLabels(source);
    }
    System.out.printf(
        Locale.ROOT,
        "asking the full size, %s, about %d images...%n",
        templates.size(),
        source.images().size());
    SizedModel full = templates.compose(templates.size(), manager);
    return new FullSizeTeaching(full, teaching, recipe.precision()).lesson(source, recipe, manager);
  }

  private void requireImages(Templates templates, Optional<ImageSet> train) {
    if (train.isEmpty() && !templates.family().statistics(size).isEmpty()) {
      throw new WeitException(
          "models of %s have batch norms, whose statistics are measured on training images: name some with --data"
              .formatted(file));
    }
  }

  private SizedModel compose(Templates templates, ScalerSet scalers, Optional<ImageSet> train) {
    SizedModel model =
        SizedModel.compose(templates.family(), size, templates.bank(), scalers, manager);
    return train
        .map(
            images ->
                CalibrationImages.calibrate(
                    model, images, DataFacts.normalisation(templates.provenance())))
        .orElse(model);
  }

  /** What to do where a fit has lost more than chance may have taken. */
  static Optional<String> advice(Evaluation composed, Evaluation fitted, int images) {
    double lost = composed.top1() - fitted.top1();
    return lost <= composed.top1Error()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the fit on %d images lost %.1f points; --no-fit keeps what was composed, more images or --tuned may gain (docs/own-images.md)",
                images,
                100 * lost));
  }

  private Optional<Evaluation> measure(
      String phase,
      Templates templates,
      ScalerSet scalers,
      Optional<ImageSet> train,
      Optional<ImageSet> test) {
    if (test.isEmpty()) {
      return Optional.empty();
    }
    Normalisation normalisation = DataFacts.normalisation(templates.provenance());
    try (SizedModel model = compose(templates, scalers, train)) {
      Evaluation found = TestSet.evaluate(model, test.get(), normalisation);
      System.out.printf(Locale.ROOT, "%-9s %s%n", phase + ":", found);
      return Optional.of(found);
    }
  }

  private void write(
      Templates templates,
      ScalerSet scalers,
      Optional<ImageSet> train,
      Path out,
      Optional<Path> scalersOut) {
    try (SizedModel model = compose(templates, scalers, train)) {
      model.artefact(provenance).save(out);
      System.out.printf(
          Locale.ROOT,
          "wrote %s: %s, %s parameters (%s), %s MACs; %s scalers%n",
          out,
          size,
          Quantity.exact(model.cost().parameters()),
          Quantity.bytes(model.cost().bytes()),
          Quantity.brief(model.cost().macs()),
          Quantity.exact(scalers.parameters()));
    }
    scalersOut.ifPresent(
        path -> {
          Scalers.of(templates, size, scalers, provenance).save(path);
          System.out.println("wrote " + path + ": the scalers");
        });
  }
}
