package io.github.weit.cli.run;

import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.Resumable;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a run keeps checkpoints and how it begins.
 *
 * @param folder of the checkpoints
 * @param every steps between them, 1 or more
 * @param begin what becomes of those that are there
 */
public record Checkpoints(Path folder, long every, Begin begin) {

  private static final int KEEP = 2;

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
