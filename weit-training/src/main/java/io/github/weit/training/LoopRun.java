package io.github.weit.training;

import io.github.weit.core.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** The run of a loop as one that can be interrupted; a checkpoint's only file is the loop's own. */
record LoopRun(TrainingLoop loop, Map<String, String> facts) implements Resumable {

  private static final String FILE = "state.safetensors";

  LoopRun {
    facts = Map.copyOf(facts);
  }

  @Override
  public long position() {
    return loop.position();
  }

  @Override
  public Map<String, Consumer<Path>> files() {
    return Map.of(FILE, loop::save);
  }

  @Override
  public void load(Checkpoint checkpoint) {
    loop.load(checkpoint.file(FILE));
  }
}
