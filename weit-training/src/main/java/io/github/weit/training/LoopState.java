package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.training.optim.AdamW;
import io.github.weit.training.optim.Ema;
import io.github.weit.training.optim.StateArrays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link TrainingLoop} goes on from, as arrays and as a file: leaves, the optimiser's sums,
 * the average and the position. docs/format.md has the names.
 *
 * @param manager owns what is made for a moment
 */
record LoopState(NamedArrays leaves, AdamW optimizer, Optional<Ema> ema, NDManager manager) {

  private static final String POSITION = "position";
  private static final String LEAF = "leaf.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String EMA = "ema.";
  private static final String FORMAT = "weit-training-state-1";

  /** Copies of all but the leaves. */
  NamedArrays copy(long position, NDManager owner) {
    try (NDManager scratch = owner.newSubManager()) {
      return live(position, scratch).copyTo(owner);
    }
  }

  /** All but the leaves; what is no array of the loop's is made in {@code owner}. */
  private NamedArrays live(long position, NDManager owner) {
    NDArray at = owner.create(new long[] {position});
    NamedArrays state =
        optimizer.live(owner).withPrefix(OPTIMIZER).and(NamedArrays.of(Map.of(POSITION, at)));
    return ema.map(average -> state.and(average.live(owner).withPrefix(EMA))).orElse(state);
  }

  /**
   * Puts all but the leaves back; returns the position.
   *
   * @throws WeitException if the state does not fit
   */
  long restore(NamedArrays state) {
    ema.ifPresent(average -> average.restore(state.under(EMA)));
    optimizer.restore(state.under(OPTIMIZER));
    return StateArrays.count(POSITION, state);
  }

  /** Writes everything, as a whole or not at all. */
  void save(long position, Path file) {
    try (NDManager owner = manager.newSubManager()) {
      List<TensorData> tensors = new ArrayList<>();
      leaves
          .withPrefix(LEAF)
          .and(live(position, owner))
          .onHost(owner)
          .forEach((name, array) -> tensors.add(TensorData.of(name, array)));
      SafeTensorsWriter.write(file, Map.of("format", FORMAT), tensors);
    }
  }

  /**
   * Puts back what {@link #save} wrote, the leaves' values in place; returns the position.
   *
   * @throws WeitException if the file is damaged or does not fit
   */
  long load(Path file) {
    try (NDManager owner = manager.newSubManager();
        SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      if (!FORMAT.equals(reader.metadata().get("format"))) {
        throw new WeitException(file + ": expected the state of a training, found another file");
      }
      Map<String, NDArray> read = new LinkedHashMap<>();
      reader.tensors().keySet().forEach(name -> read.put(name, reader.array(owner, name)));
      NamedArrays all = NamedArrays.of(read);
      int expected = leaves.size() + live(0, owner).size();
      if (all.size() != expected) {
        throw new WeitException(
            "%s: expected %d arrays, found %d; it is of another model or other options"
                .formatted(file, expected, all.size()));
      }
      putLeaves(all.under(LEAF));
      return restore(all);
    }
  }

  /** Gives the leaves other values, in place. */
  void putLeaves(NamedArrays values) {
    leaves.forEach((name, leaf) -> StateArrays.requireLike(name, leaf, values.get(name)));
    leaves.forEach((name, leaf) -> StateArrays.put(leaf, values.get(name)));
  }
}
