package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Fitting;
import io.github.weit.baselines.Parent;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.report.Provenance;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.training.DivergedException;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the same sizes from several starts with one recipe and measures each. A trial's rows are
 * written when it is done, and its training is kept meanwhile, so a comparison that was stopped
 * goes on there, and several processes share the work.
 */
final class Comparison {

  /** The name of the table inside a comparison's folder. */
  static final String CSV = "compare.csv";

  private static final Logger LOG = LoggerFactory.getLogger(Comparison.class);
  private static final String REPORT = "the report";
  private static final Duration REPORT_PAUSE = Duration.ofMinutes(1); // to draw one takes seconds

  private final Plan plan;
  private final Family family;
  private final Trial.Images images;
  private final Path csv;
  private final Provenance provenance;
  private final List<String> failures = new ArrayList<>();

  /**
   * @param train what ordinary training and the fit draw their images from
   * @param family of what is trained
   * @param transfer to these images, where parents were trained on others
   * @param folder where {@link #CSV} is, or is to be
   */
  public Comparison(
      Plan plan,
      Family family,
      ImageSet train,
      ImageSet test,
      Normalisation normalisation,
      Optional<ImageTransfer> transfer,
      Path folder,
      Provenance provenance) {
    plan.requireLegal(family);
    this.plan = plan;
    this.family = family;
    Seed subset = new Seed(0).child("subset");
    ImageSet few =
        plan.trainingImages() < train.size() ? train.subset(plan.trainingImages(), subset) : train;
    ImageSet fewer = few.subset(plan.fitImages(), subset.child("fit"));
    this.images = new Trial.Images(few, fewer, test, normalisation, transfer);
    this.csv = folder.resolve(CSV);
    this.provenance = provenance;
  }

  /** The images of ordinary training. */
  ImageSet train() {
    return images.train();
  }

  /** Is told what happens. */
  public interface Observer {

    /**
     * What methods start from was learnt on other images.
     *
     * @param learntOn which
     * @param size what becomes of the weights is much the same at all sizes
     */
    void adapting(String learntOn, ImageTransfer transfer, Size size);

    /** A trial begins; the listener follows its training. */
    TrainingListener starting(int index, int count, String method, Size size, long seed);

    /** A trial is done and its rows are written. */
    void finished(List<Measurement> rows);

    /** In the end, trials are still at other processes. */
    void elsewhere(long trials);

    /**
     * A report has not all trials.
     *
     * @param trials how many are not done, by their methods
     */
    default void unmeasured(Map<String, Long> trials) {}
  }

  /** What is made of all measurements that there are. */
  @FunctionalInterface
  public interface Report {

    /** Writes it, in the place of what was written before; returns its summary. */
    String write(List<MeasurementCsv.Row> all);
  }

  /**
   * Runs every trial that is not done yet and that no other process is at.
   *
   * @param report written after the first trial, then at most once a minute, for whoever looks
   *     while others are run, and in the end
   * @return the summary of all rows, if there are any: those of other processes and of trials that
   *     the plan lacks too
   */
  public Optional<String> run(
      Parents parents, NDManager manager, Observer observer, Report report, BooleanSupplier stop) {
    FitStore fits = new FitStore(fitsFolder(parents), parents, plan, family, images);
    Pace reports = new Pace(REPORT_PAUSE, System::nanoTime);
    try (TrialStore store = new TrialStore(csv)) {
      List<TrialStore.Key> keys = keys(parents);
      int index = 0;
      for (TrialStore.Key key : keys) {
        index++;
        if (stop.getAsBoolean()) {
          break;
        }
        try (Claim claim = store.claim(key)) {
          if (!claim.granted()) {
            continue;
          }
          TrialCheckpoints checkpoints = store.checkpoints(key, provenance);
          if (isDone(store.rows(key))) {
            checkpoints.clear(); // of one that was killed when its rows were written
            continue;
          }
          TrainingListener listener =
              observer.starting(index, keys.size(), key.method(), key.size(), key.seed());
          Contender method = Contender.of(key.method());
          Trial trial =
              new Trial(plan, method, family, images, key.size(), key.seed(), listener, stop);
          List<Measurement> found = run(trial, key, manager, parents, fits, checkpoints);
          if (!found.isEmpty()) {
            store.put(key, provenance, found);
            checkpoints.clear();
            observer.finished(found);
            if (reports.isDue()) {
              renew(report, store);
            }
          }
        }
      }
      long elsewhere = keys.stream().filter(key -> isElsewhere(store, key)).count();
      if (elsewhere > 0) {
        observer.elsewhere(elsewhere);
      }
      return write(report, store);
    }
  }

  /**
   * Writes the report of what was measured. What other trials would start from need not be there.
   *
   * @return as in {@link #run}
   */
  public Optional<String> report(Parents parents, Observer observer, Report report) {
    try (TrialStore store = new TrialStore(csv)) {
      Map<String, Long> unmeasured =
          keys(parents).stream()
              .distinct()
              .filter(key -> !isDone(store.rows(key)))
              .collect(
                  Collectors.groupingBy(
                      TrialStore.Key::method, LinkedHashMap::new, Collectors.counting()));
      if (!unmeasured.isEmpty()) {
        observer.unmeasured(unmeasured);
      }
      return write(report, store);
    }
  }

  private static Optional<String> write(Report report, TrialStore store) {
    return store.withAll(
        REPORT, all -> all.isEmpty() ? Optional.empty() : Optional.of(report.write(all)));
  }

  /** Before the end: nothing is lost by a report that cannot be written yet. */
  private static void renew(Report report, TrialStore store) {
    try {
      store.withAll(REPORT, report::write);
    } catch (WeitException e) {
      LOG.warn("the report is not renewed before the end: {}", e.getMessage());
    }
  }

  private boolean isElsewhere(TrialStore store, TrialStore.Key key) {
    try (Claim claim = store.claim(key)) {
      return !claim.granted() && !isDone(store.rows(key));
    }
  }

  /** A fit that diverges leaves nothing to train; the other trials are run all the same. */
  private List<Measurement> run(
      Trial trial,
      TrialStore.Key key,
      NDManager manager,
      Parents parents,
      FitStore fits,
      TrialCheckpoints checkpoints) {
    try {
      return trial.run(manager, parents, fits, checkpoints);
    } catch (DivergedException e) {
      failures.add(
          "%s at %s, seed %d, has no result: in its fit, %s"
              .formatted(key.method(), key.size(), key.seed(), e.getMessage()));
      return List.of();
    }
  }

  /** What could not be measured in {@link #run}, a sentence for each trial. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /** Beside what fits start from, for other comparisons; but that of other images is left alone. */
  private Path fitsFolder(Parents parents) {
    Path beside = images.transfer().isPresent() ? csv : parents.file(Parent.TEMPLATES);
    return beside.resolveSibling("fits");
  }

  /**
   * Every trial there can be: seed by seed, so that a part of them is a comparison of its own. What
   * is not there yet refuses nothing.
   */
  private List<TrialStore.Key> keys(Parents parents) {
    List<TrialStore.Key> keys = new ArrayList<>();
    for (long seed : plan.seeds()) {
      for (Size size : plan.targets()) {
        for (Contender method : plan.contenders()) {
          boolean there = method.parent().stream().allMatch(parents::has);
          if (!there || refusal(method, size, parents).isEmpty()) {
            keys.add(new TrialStore.Key(method.name(), size, seed));
          }
        }
      }
    }
    return keys;
  }

  /** Why a method has nothing for a size. */
  Optional<String> refusal(Contender method, Size size, Parents parents) {
    Fitting none =
        Fitting.of(images.fit(), images.normalisation(), plan.fit())
            .withTransfer(images.transfer());
    return Start.of(method, family, parents, none, plan).first().refusal(size);
  }

  private boolean isDone(List<Measurement> rows) {
    return rows.stream()
        .anyMatch(
            row -> {
              List<Integer> epochs = plan.epochs(Contender.of(row.method()));
              return row.epoch() == epochs.get(epochs.size() - 1);
            });
  }
}
