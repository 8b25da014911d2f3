package io.github.weit.training;

import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.Checkpoint;
import io.github.weit.core.checkpoint.CheckpointStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a checkpoint of a run every so many steps, and brings a run to where its newest one left
 * it. One that cannot be written, say on a full disk, is reported and tried again before the next
 * is due; training goes on.
 *
 * <p>A run that was asked to stop, or whose thread was interrupted, ends without one: {@link #save}
 * writes it, also in an interrupted thread, whose flag stays set.
 *
 * <pre>{@code
 * if (loop.run(feed, objective, checkpointing, stop).stopped()) {
 *   checkpointing.save();
 * }
 * }</pre>
 */
public final class Checkpointing implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpointing.class);

  /** How often a failed checkpoint is tried again until the next is due. */
  private static final int RETRIES = 10;

  private final CheckpointStore store;
  private final long every;
  private final Resumable run;
  private long last = -1;
  private long retry = Long.MAX_VALUE;

  /** What becomes of checkpoints that are there when a run begins. */
  public enum Begin {
    /** There must be none. */
    FRESH,
    /** The run goes on from the newest that is whole; there must be one. */
    RESUME,
    /** The run goes on from the newest that is whole, if there is one. */
    RESUME_IF_ANY
  }

  /**
   * @param every steps between checkpoints, 1 or more
   */
  public Checkpointing(CheckpointStore store, long every, Resumable run) {
    if (every < 1) {
      throw new WeitException("steps between checkpoints must be at least 1, found " + every);
    }
    this.store = store;
    this.every = every;
    this.run = run;
  }

  /**
   * Brings the run to where it begins.
   *
   * @throws WeitException if there are checkpoints and there should be none, or the reverse, or
   *     they are of another run
   */
  public void begin(Begin how) {
    CheckpointStore.Search found = store.latest();
    found.passedOver().forEach(reason -> LOG.warn("passed over: {}", reason));
    Optional<Checkpoint> newest = found.checkpoint();
    if (how == Begin.FRESH) {
      newest.ifPresent(this::refuse);
    } else if (newest.isPresent()) {
      newest.get().requireFacts(run.facts());
      run.load(newest.get());
      last = run.position();
    } else if (how == Begin.RESUME) {
      throw new WeitException("there is no checkpoint to go on from in " + store.folder());
    }
  }

  private void refuse(Checkpoint newest) {
    throw new WeitException(
        "%s has checkpoints of an earlier run, the newest after step %d; resume it, or delete the folder"
            .formatted(store.folder(), newest.step()));
  }

  @Override
  public void stepped(StepReport report) {
    if (report.step() % every == 0 || report.step() >= retry) {
      save();
    }
  }

  /**
   * Runs steps; if they diverge, the error says which checkpoint is the newest.
   *
   * @throws DivergedException as {@code steps} does
   */
  public TrainingResult guard(Supplier<TrainingResult> steps) {
    try {
      return steps.get();
    } catch (DivergedException e) {
      throw e.noting(
          last < 0
              ? "There is no checkpoint yet"
              : "The newest checkpoint in %s is that after step %d"
                  .formatted(store.folder(), last));
    }
  }

  /** Deletes the checkpoints: the run's result is written. */
  public void finish() {
    store.clear();
  }

  /**
   * Writes a checkpoint now, unless the run has one of this step; for where it ends early.
   *
   * @return whether there is one now
   */
  public boolean save() {
    long step = run.position();
    if (step == last) {
      return true;
    }
    try {
      store.save(step, run.facts(), run.files());
      last = step;
      retry = Long.MAX_VALUE;
      return true;
    } catch (WeitException e) {
      retry = step + Math.max(1, every / RETRIES);
      LOG.warn(
          "no checkpoint after step {}; the newest is {}: {}",
          step,
          last < 0 ? "none" : "that after step " + last,
          e.getMessage());
      return false;
    }
  }
}
