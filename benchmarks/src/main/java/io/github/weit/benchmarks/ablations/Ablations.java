package io.github.weit.benchmarks.ablations;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.run.Checkpoints;
import io.github.weit.cli.run.PretrainJob;
import io.github.weit.cli.run.PretrainStart;
import io.github.weit.cli.run.TestSet;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Runs one ablation: pre-trains every variant, composes sizes that were never drawn, fits some of
 * them and writes a row for each model. Where the fit is in question, templates that are there
 * already may serve. It goes on where it was stopped, and variants of equal pre-training share it.
 */
public final class Ablations {

  private static final Size FULL = new Size(128, 6);
  private static final List<Size> TARGETS =
      Stream.of("64x6,96x4,128x3,128x9,192x6,32x12,256x2,64x12,160x4,96x8".split(","))
          .map(Size::parse)
          .toList();

  /** Those that are fitted where something else is in question. */
  private static final List<Size> FITTED = List.of(new Size(64, 6), new Size(128, 3));

  /** Those where the fit is: narrower, shallower, wider, and far from the full one in both. */
  private static final List<Size> FITTED_CLOSELY =
      List.of(new Size(64, 6), new Size(128, 3), new Size(160, 4), new Size(32, 12));

  private static final String COMPOSED = "composed";
  private static final String FITTED_PHASE = "fitted";
  private static final int BATCH = 64;
  private static final int TEST_IMAGES = 4000;
  private static final long PAUSE = 20_000;

  private final Ablation ablation;
  private final AblationTable table;
  private final Path folder;
  private final Optional<Path> given;
  private final ImageSet train;
  private final ImageSet test;
  private final Normalisation normalisation;
  private final long steps;
  private final Seed seed;
  private final Precision precision;
  private final NDManager manager;
  private final Fits fits;

  private Ablations(
      Ablation ablation,
      Path archive,
      Path folder,
      long steps,
      long seed,
      Precision precision,
      Optional<Path> given,
      NDManager manager) {
    this.ablation = ablation;
    this.folder = folder;
    this.given = given;
    this.table = new AblationTable(folder.resolve(ablation + ".csv"));
    this.steps = steps;
    this.seed = new Seed(seed);
    this.precision = precision;
    this.manager = manager;
    train = read(archive, "train");
    test = read(archive, "test").subset(TEST_IMAGES, new Seed(0).child("test"));
    normalisation = Normalisation.of(train);
    fits = new Fits(train, normalisation, precision, this.seed);
  }

  private static ImageSet read(Path archive, String part) {
    return ImageFolders.read(archive, part, ImageFolderOptions.COLOUR.withSubPath(part));
  }

  /**
   * @param arguments the archive with train/ and test/, the folder of results, the ablations' names
   *     with commas between them, the steps of pre-training, the seed, the precision, and templates
   *     for what asks about the fit alone
   */
  public static void main(String[] arguments) {
    for (String name : arguments[2].split(",")) {
      try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
        new Ablations(
                Ablation.of(name),
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Long.parseLong(arguments[3]),
                Long.parseLong(arguments[4]),
                Precision.named(arguments[5]),
                Optional.of(arguments).filter(all -> all.length > 6).map(all -> Path.of(all[6])),
                manager)
            .run();
      }
    }
  }

  private PretrainPlan standard() {
    Vit vit = Vit.small(train.height(), train.channels(), train.classes().size());
    Recipe recipe =
        PretrainPlan.recipe(steps, BATCH)
            .withPrecision(precision)
            .withAugmentation(Augmentation.FLIP);
    return Ablation.standard(PretrainPlan.of(vit, FULL, recipe))
        .withSampling(sizes -> sizes.withHeldOut(Set.copyOf(TARGETS)));
  }

  /** Variants whose templates another process is learning wait. */
  private void run() {
    Deque<Variant> left = new ArrayDeque<>(ablation.variants());
    int waited = 0;
    while (!left.isEmpty()) {
      Variant variant = left.remove();
      Optional<Path> file = pretrained(variant);
      if (file.isPresent()) {
        measure(variant, file.get());
        waited = 0;
      } else {
        left.add(variant);
        waited++;
        if (waited >= left.size()) {
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeitException("interrupted while other processes learn templates", e);
    }
  }

  /** What names the templates of a plan: plans that differ in anything have others. */
  static String key(PretrainPlan plan, Seed seed) {
    String text = "%s %s %d".formatted(plan, plan.family().options(), seed.value());
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** Templates of a variant; empty if another process is at them. */
  private Optional<Path> pretrained(Variant variant) {
    if (ablation.ofTheFit() && given.isPresent()) {
      return given;
    }
    PretrainPlan plan = variant.pretraining().apply(standard());
    String key = key(plan, seed);
    Path file = folder.resolve("templates").resolve(key + ".safetensors");
    Path lock = folder.resolve("templates").resolve(key + ".lock");
    try {
      Files.createDirectories(lock.getParent());
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.tryLock()) {
        if (held == null) {
          return Optional.empty();
        }
        if (!Files.exists(file)) {
          Path states = folder.resolve("templates").resolve(key);
          Checkpoints checkpoints = new Checkpoints(states, 500, Begin.RESUME_IF_ANY);
          new PretrainJob(plan, seed, train, PretrainStart.untrained(train), checkpoints)
              .run(
                  manager, file, new TrainingLines(System.out, variant.name(), false), () -> false);
        }
        return Optional.of(file);
      }
    } catch (IOException e) {
      throw new WeitException("cannot keep templates in %s: %s".formatted(folder, e), e);
    }
  }

  private void measure(Variant variant, Path file) {
    FitPlan fit = variant.fit().apply(FitPlan.STANDARD);
    String learnt = Hashes.sha256(file).substring(0, 12);
    boolean standard = variant.name().equals(Variant.DEFAULT);
    boolean composedAsUsual = ablation.ofTheFit() && fit.composesAsUsual();
    try (NDManager own = manager.newSubManager();
        Templates templates = Templates.load(file, own)) {
      if (standard || !composedAsUsual) {
        for (Size size : ablation.ofTheFit() ? FITTED_CLOSELY : TARGETS) {
          composed(model(variant, learnt, size, COMPOSED), fit, templates, own);
        }
        composed(model(variant, learnt, FULL, COMPOSED), fit, templates, own);
      }
      for (Size size : ablation.ofTheFit() ? FITTED_CLOSELY : FITTED) {
        fitted(model(variant, learnt, size, FITTED_PHASE), fit, templates, own);
      }
    }
  }

  private AblationTable.Model model(Variant variant, String learnt, Size size, String phase) {
    return new AblationTable.Model(variant.name(), seed.value(), learnt, size, phase, precision);
  }

  private void composed(
      AblationTable.Model model, FitPlan plan, Templates templates, NDManager parent) {
    if (table.has(model)) {
      return;
    }
    try (NDManager own = parent.newSubManager()) {
      TemplateBank bank = plan.bank(templates, seed, own);
      record(model, templates, bank, plan.start().scalers(templates, model.size(), seed, own), own);
    }
  }

  private void fitted(
      AblationTable.Model model, FitPlan plan, Templates templates, NDManager parent) {
    if (table.has(model)) {
      return;
    }
    try (NDManager own = parent.newSubManager()) {
      TemplateBank bank = plan.bank(templates, seed, own);
      ScalerSet start = plan.start().scalers(templates, model.size(), seed, own);
      record(
          model, templates, bank, fits.fit(plan, templates, bank, model.size(), start, own), own);
    }
  }

  private void record(
      AblationTable.Model model,
      Templates templates,
      TemplateBank bank,
      ScalerSet scalers,
      NDManager own) {
    try (SizedModel sized =
        SizedModel.compose(templates.family(), model.size(), bank, scalers, own)) {
      double accuracy = TestSet.evaluate(sized, test, normalisation).top1();
      table.add(
          new AblationTable.Row(
              ablation.toString(),
              model,
              Long.parseLong(templates.provenance().get("steps")),
              accuracy,
              bank.parameters(),
              scalers.parameters(),
              sized.cost().parameters()));
      System.out.printf(
          Locale.ROOT,
          "%s, %s, %s, %s: %.1f %%%n",
          ablation,
          model.variant(),
          model.size(),
          model.phase(),
          100 * accuracy);
    }
  }
}
