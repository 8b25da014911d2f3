package io.github.weit.cli.run;

import io.github.weit.core.checkpoint.Checkpoint;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.Resumable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a run keeps checkpoints and how it begins.
 *
 * @param folder of the checkpoints
 * @param every steps between them, 1 or more
 * @param begin what becomes of those that are there
 */
public record Checkpoints(Path folder, long every, Begin begin) {

  private static final int KEEP = 2;

  /**
   * Whether a run that is to go on is done already: it left its result and no checkpoint.
   *
   * @param steps of the whole run
   * @param file where its result is, or is to be
   */
  public boolean isDone(Resumable run, long steps, Path file) {
    return begin != Begin.FRESH
        && RunResult.in(file).filter(found -> found.isOf(run.facts(), steps)).isPresent()
        && newest().isEmpty();
  }

  /** What to say of a run that is done. */
  public static String done(Path file, long steps) {
    return "%s is done: %d of %d steps".formatted(file, steps, steps);
  }

  private Optional<Checkpoint> newest() {
    return new CheckpointStore(folder, KEEP).latest().checkpoint();
  }

  /** Writes a checkpoint of a run that was stopped; says where it can go on. */
  public String stop(Checkpointing run) {
    if (run.save()) {
      return "run it again with --resume to go on from " + folder;
    }
    return newest()
        .map(
            checkpoint ->
                "no checkpoint could be written now; --resume goes on from the newest, that after step %d in %s"
                    .formatted(checkpoint.step(), folder))
        .orElse("no checkpoint could be written in " + folder + "; --resume begins again");
  }

  /** Brings a run to where it begins. */
  public Checkpointing open(Resumable run) {
    Checkpointing checkpointing = new Checkpointing(new CheckpointStore(folder, KEEP), every, run);
    checkpointing.begin(begin);
    if (run.position() > 0) {
      System.out.printf(Locale.ROOT, "going on after step %d, from %s%n", run.position(), folder);
    }
    return checkpointing;
  }
}
