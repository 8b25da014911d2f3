package io.github.weit.benchmarks;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Provenance;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.cli.run.TestSet;
import io.github.weit.core.Seed;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.templates.NearestTemplates;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.templates.Reconstruction;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.Resumable;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.metrics.CsvLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pre-trains from random templates, or from those nearest to a dense checkpoint, and measures
 * composed models of several sizes on the way. Arguments: a folder for CSV files and checkpoints,
 * an archive with train/ and test/, the steps, the steps between measurements, the peak rate, and
 * the checkpoint if there is one. It goes on where it was stopped.
 */
public final class FromDense {

  private static final Size FULL = new Size(128, 6);
  private static final List<Size> MEASURED = List.of(FULL, new Size(64, 6), new Size(128, 3));
  private static final int TEST_IMAGES = 2000;
  private static final int BATCH = 64;
  private static final Seed SEED = new Seed(0);

  private final Path folder;
  private final ImageSet train;
  private final ImageSet test;
  private final Normalisation normalisation;
  private final PretrainPlan plan;
  private final NDManager manager;

  private FromDense(Path folder, Path archive, long steps, double rate, NDManager manager) {
    this.folder = folder;
    this.manager = manager;
    train = read(archive, "train");
    test = read(archive, "test").subset(TEST_IMAGES, new Seed(1));
    normalisation = Normalisation.of(train);
    Vit vit = Vit.small(train.height(), train.channels(), train.classes().size());
    Augmentation flips = Augmentation.FLIP;
    plan =
        PretrainPlan.of(
            vit,
            FULL,
            PretrainPlan.recipe(steps, BATCH).withLearningRate(rate).withAugmentation(flips));
  }

  private static ImageSet read(Path archive, String part) {
    return ImageFolders.read(archive, part, ImageFolderOptions.COLOUR.withSubPath(part));
  }

  public static void main(String[] arguments) {
    long steps = Long.parseLong(arguments[2]);
    long every = Long.parseLong(arguments[3]);
    double rate = Double.parseDouble(arguments[4]);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      FromDense experiment =
          new FromDense(Path.of(arguments[0]), Path.of(arguments[1]), steps, rate, manager);
      if (arguments.length > 5) {
        experiment.fromDense(Path.of(arguments[5]), every);
      } else {
        experiment.fromRandom(every);
      }
    }
  }

  private void fromRandom(long every) {
    try (Pretraining run = new Pretraining(plan, SEED, manager)) {
      run("random", "", run, every);
    }
  }

  private void fromDense(Path checkpoint, long every) {
    try (SizedModel dense = SizedModel.load(checkpoint, manager);
        NearestTemplates nearest = NearestTemplates.of(dense, plan.constraint(), SEED, manager);
        Pretraining run = new Pretraining(plan, nearest.templates(), SEED, manager)) {
      write(nearest.report(), untrained());
      System.out.println("checkpoint: " + TestSet.evaluate(dense, test, normalisation));
      run("dense", Hashes.sha256(checkpoint), run, every);
    }
  }

  /** How near templates come to random weights, of which nothing can be explained but chance. */
  private List<Reconstruction> untrained() {
    try (SizedModel random = SizedModel.random(plan.family(), FULL, manager, SEED);
        NearestTemplates nearest = NearestTemplates.of(random, plan.constraint(), SEED, manager)) {
      return nearest.report();
    }
  }

  private void write(List<Reconstruction> report, List<Reconstruction> untrained) {
    Path file = folder.resolve("reconstruction.csv");
    if (Files.exists(file)) {
      return;
    }
    List<String> header =
        List.of(
            "weights",
            "terms",
            "rank",
            "error",
            "error_untrained",
            "dense",
            "templates",
            "scalers",
            "date",
            "cpu",
            "threads",
            "versions");
    Provenance machine = RunInfo.provenance("FromDense");
    try (CsvLog csv = CsvLog.open(file, header)) {
      for (int i = 0; i < report.size(); i++) {
        Reconstruction row = report.get(i);
        csv.row(
            row.weights(),
            row.terms(),
            row.rank(),
            String.format(Locale.ROOT, "%.4f", row.error()),
            String.format(Locale.ROOT, "%.4f", untrained.get(i).error()),
            row.dense(),
            row.templates(),
            row.scalers(),
            machine.date(),
            machine.cpu(),
            machine.threads(),
            machine.versions());
      }
    }
  }

  /** Runs what is left, measuring every so many steps, the first and the last included. */
  private void run(String start, String parent, Pretraining pretraining, long every) {
    String name = "%s-%d".formatted(start, plan.recipe().steps());
    Map<String, String> facts = new TreeMap<>(DataFacts.of(train, normalisation));
    facts.put("parent.sha256", parent);
    Resumable run = pretraining.resumable(facts);
    Checkpointing checkpointing =
        new Checkpointing(
            new CheckpointStore(folder.resolve(name + ".checkpoints"), 2), every, run);
    checkpointing.begin(Begin.RESUME_IF_ANY);
    BatchSource source =
        new BatchSource(
            train, normalisation, plan.recipe().augmentation(), BATCH, SEED.child("data"));
    if (run.position() == 0) {
      measure(name, 0, pretraining);
    }
    try (BatchStream stream = source.open(run.position())) {
      while (run.position() < plan.recipe().steps()) {
        long end = (run.position() / every + 1) * every;
        pretraining.run(stream::next, report -> {}, () -> run.position() >= end);
        measure(name, run.position(), pretraining);
        checkpointing.save();
      }
    }
    pretraining.artefact(facts).save(folder.resolve(name + ".safetensors"));
  }

  private void measure(String name, long step, Pretraining pretraining) {
    List<String> header =
        List.of(
            "run",
            "rate",
            "step",
            "steps",
            "size",
            "images",
            "top1",
            "loss",
            "date",
            "cpu",
            "threads",
            "versions");
    Provenance machine = RunInfo.provenance("FromDense");
    Path file = folder.resolve(name + ".csv");
    CsvLog.removeFrom(file, header, step);
    try (CsvLog csv = CsvLog.open(file, header)) {
      for (Size size : MEASURED) {
        try (Templates templates = pretraining.templates(Map.of(), manager);
            SizedModel model = templates.compose(size, manager)) {
          var result = TestSet.evaluate(model, test, normalisation);
          System.out.println(name + " step " + step + " " + size + ": " + result);
          csv.row(
              name,
              plan.recipe().learningRate(),
              step,
              plan.recipe().steps(),
              size,
              result.count(),
              String.format(Locale.ROOT, "%.4f", result.top1()),
              String.format(Locale.ROOT, "%.4f", result.loss()),
              machine.date(),
              machine.cpu(),
              machine.threads(),
              machine.versions());
        }
      }
    }
  }
}
