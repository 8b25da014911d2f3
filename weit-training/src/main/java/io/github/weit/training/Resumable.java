package io.github.weit.training;

import io.github.weit.core.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** A run whose state can be written and put back. */
public interface Resumable {

  /** How many steps are done. */
  long position();

  /**
   * What decides the run's result: data, seed, recipe and so on. A run goes on only from a
   * checkpoint with the same facts.
   */
  Map<String, String> facts();

  /** For each file of a checkpoint what writes it, from the state of the moment. */
  Map<String, Consumer<Path>> files();

  /**
   * Puts the state back. Going on from there gives, byte for byte, what a run without a break
   * gives.
   */
  void load(Checkpoint checkpoint);
}
