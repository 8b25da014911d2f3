package io.github.weit.cli.compare;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.report.Provenance;
import io.github.weit.core.checkpoint.Checkpoint;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Resumable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one trial's ordinary training is kept while it runs, with what was measured of it so far:
 * it may take hours, and goes on where it was stopped or killed.
 */
final class TrialCheckpoints {

  private static final Logger LOG = LoggerFactory.getLogger(TrialCheckpoints.class);
  private static final int STEPS_BETWEEN = 500;

  private final CheckpointStore store;
  private final Provenance provenance;

  /**
   * @param folder of this trial alone
   * @param provenance of what is measured now
   */
  TrialCheckpoints(Path folder, Provenance provenance) {
    this.store = new CheckpointStore(folder, 1);
    this.provenance = provenance;
  }

  /**
   * Brings a training to where it was stopped; to its beginning, if what was stopped there was
   * another one.
   *
   * @param rows what is measured of the trial: replaced here by what was, and kept from then on
   */
  Checkpointing open(Resumable training, List<Measurement> rows) {
    Training run = new Training(training, rows, provenance);
    store
        .latest()
        .checkpoint()
        .filter(newest -> !newest.facts().equals(run.facts()))
        .ifPresent(
            other -> {
              LOG.warn("{} is of other weights or settings; training begins again", other.folder());
              store.clear();
            });
    Checkpointing checkpointing = new Checkpointing(store, STEPS_BETWEEN, run);
    checkpointing.begin(Checkpointing.Begin.RESUME_IF_ANY);
    return checkpointing;
  }

  /** The trial is done, or there is nothing to go on with. */
  void clear() {
    store.clear();
  }

  /** A training whose checkpoints have the rows of its trial with them. */
  private record Training(Resumable training, List<Measurement> rows, Provenance provenance)
      implements Resumable {

    private static final String ROWS = "rows.csv";

    @Override
    public long position() {
      return training.position();
    }

    @Override
    public Map<String, String> facts() {
      return training.facts();
    }

    @Override
    public Map<String, Consumer<Path>> files() {
      Map<String, Consumer<Path>> files = new TreeMap<>(training.files());
      files.put(ROWS, file -> MeasurementCsv.write(file, provenance, rows));
      return files;
    }

    @Override
    public void load(Checkpoint checkpoint) {
      training.load(checkpoint);
      rows.clear();
      rows.addAll(MeasurementCsv.read(checkpoint.file(ROWS)));
    }
  }
}
