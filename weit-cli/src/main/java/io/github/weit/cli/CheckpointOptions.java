package io.github.weit.cli;

import io.github.weit.cli.run.Checkpoints;
import io.github.weit.training.Checkpointing.Begin;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a run goes on if it is interrupted. */
final class CheckpointOptions {

  @Option(
      names = "--checkpoints",
      paramLabel = "FOLDER",
      description = "Where checkpoints go (default: beside FILE, as FILE.checkpoints).")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--checkpoint-every",
      defaultValue = "500",
      paramLabel = "N",
      description = "Steps between checkpoints (default: ${DEFAULT-VALUE}).")
  private long every;

  @Option(
      names = "--resume",
      description =
          "Go on from the newest checkpoint, or begin if there is none and FILE is not this run's"
              + " result already; the result is the same as without a break.")
  private boolean resume;

  boolean resumed() {
    return resume;
  }

  /**
   * @param out the file that the run writes in the end
   */
  Checkpoints get(Path out) {
    Path beside = out.resolveSibling(out.getFileName() + ".checkpoints");
    return new Checkpoints(
        folder.orElse(beside), every, resume ? Begin.RESUME_IF_ANY : Begin.FRESH);
  }
}
