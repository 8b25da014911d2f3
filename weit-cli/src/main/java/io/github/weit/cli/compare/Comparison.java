package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.report.Provenance;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Trains the same sizes from several starts with one recipe and measures each. A trial's rows are
 * written when it is done, so a comparison that was stopped goes on with the trials that are
 * missing.
 */
public final class Comparison {

  /** The name of the table inside a comparison's folder. */
  public static final String CSV = "compare.csv";

  private static final List<String> METHODS = List.of(Trial.WEIT, Trial.SCRATCH);

  private final Plan plan;
  private final Family family;
  private final Trial.Images images;
  private final Path csv;
  private final Provenance provenance;

  /**
   * @param train what ordinary training and the fit draw their images from
   * @param normalisation the templates' own
   * @param folder where {@link #CSV} is, or is to be
   */
  public Comparison(
      Plan plan,
      Family family,
      ImageSet train,
      ImageSet test,
      Normalisation normalisation,
      Path folder,
      Provenance provenance) {
    plan.requireLegal(family);
    this.plan = plan;
    this.family = family;
    Seed subset = new Seed(0).child("subset");
    ImageSet few =
        plan.trainingImages() < train.size() ? train.subset(plan.trainingImages(), subset) : train;
    ImageSet fewer = few.subset(plan.fitImages(), subset.child("fit"));
    this.images = new Trial.Images(few, fewer, test, normalisation);
    this.csv = folder.resolve(CSV);
    this.provenance = provenance;
  }

  /** Is told what happens. */
  public interface Observer {

    /** A trial begins; the listener follows its training. */
    TrainingListener starting(int index, int count, String method, Size size, long seed);

    /** A trial is done and its rows are written. */
    void finished(List<Measurement> rows);
  }

  /**
   * Runs every trial whose rows are not in the table yet.
   *
   * @return all rows, or those there were when a stop was requested
   */
  public List<Measurement> run(
      Templates templates, NDManager manager, Observer observer, BooleanSupplier stop) {
    List<Measurement> rows =
        new ArrayList<>(Files.exists(csv) ? MeasurementCsv.read(csv) : List.of());
    int count = plan.seeds().size() * plan.targets().size() * METHODS.size();
    int index = 0;
    for (long seed : plan.seeds()) {
      for (Size size : plan.targets()) {
        for (String method : METHODS) {
          index++;
          if (stop.getAsBoolean()) {
            return rows;
          }
          if (!done(rows, method, size, seed)) {
            TrainingListener listener = observer.starting(index, count, method, size, seed);
            Trial trial = new Trial(plan, family, images, size, seed, listener, stop);
            List<Measurement> found =
                method.equals(Trial.WEIT) ? trial.weit(manager, templates) : trial.scratch(manager);
            if (!found.isEmpty()) {
              MeasurementCsv.append(csv, provenance, found);
              rows.addAll(found);
              observer.finished(found);
            }
          }
        }
      }
    }
    return rows;
  }

  private boolean done(List<Measurement> rows, String method, Size size, long seed) {
    int last = plan.epochs().get(plan.epochs().size() - 1);
    return rows.stream()
        .anyMatch(
            row ->
                row.method().equals(method)
                    && row.size().equals(size.toString())
                    && row.seed() == seed
                    && row.epoch() == last);
  }
}
