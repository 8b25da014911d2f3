package io.github.weit.training.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Kernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exponential moving average of weights. At update t = 0, 1, ...
 *
 * <pre>  a = d a + (1 - d) w,   d = min(decay, (1 + t) / (10 + t)) </pre>
 *
 * so that the first updates, when little is known, count more. It starts at the weights it is made
 * with.
 */
public final class Ema implements AutoCloseable {
  private static final String AVERAGE = "average.";
  private static final String UPDATES = "updates";

  private final double decay;
  private final NDManager manager;
  private final Map<String, NDArray> averages = new LinkedHashMap<>();
  private long updates;

  /**
   * @param leaves the weights to follow
   * @param decay d's limit, in (0, 1)
   * @param stateManager a manager of the average's own is made under it
   */
  public Ema(NamedArrays leaves, double decay, NDManager stateManager) {
    if (!(decay > 0 && decay < 1)) {
      throw new WeitException("the average's decay is " + decay + ", not in (0, 1)");
    }
    this.decay = decay;
    manager = stateManager.newSubManager();
    averages.putAll(leaves.copyTo(manager).asMap());
  }

  /** The decay of update {@code t}, which counts from 0. */
  public double decayAt(long t) {
    return Math.min(decay, (1.0 + t) / (10.0 + t));
  }

  /** Takes in the weights of one more step. */
  public void update(NamedArrays leaves) {
    double taken = 1 - decayAt(updates++);
    List<NDArray> values = averages.keySet().stream().map(leaves::get).toList();
    Kernels.current().average(List.copyOf(averages.values()), values, taken);
  }

  /** The average itself: it changes with the next {@link #update}; copy it to keep it. */
  public NamedArrays average() {
    return NamedArrays.of(averages);
  }

  /** Copies of {@code average.NAME} for every weight, and {@code updates}, int64 of shape (1). */
  public NamedArrays state(NDManager owner) {
    try (NDManager scratch = owner.newSubManager()) {
      return live(scratch).copyTo(owner);
    }
  }

  /**
   * The same without copies: arrays that change with the next update.
   *
   * @param owner the manager of {@code updates}
   */
  public NamedArrays live(NDManager owner) {
    NDArray count = owner.create(new long[] {updates});
    return average().withPrefix(AVERAGE).and(NamedArrays.of(Map.of(UPDATES, count)));
  }

  /**
   * Puts back what {@link #state} gave.
   *
   * @throws WeitException if an array is missing or of another shape or type; nothing is changed
   *     then
   */
  public void restore(NamedArrays state) {
    averages.forEach(
        (name, average) ->
            StateArrays.requireLike(AVERAGE + name, average, state.get(AVERAGE + name)));
    long restored = StateArrays.count(UPDATES, state);
    averages.forEach((name, average) -> StateArrays.put(average, state.get(AVERAGE + name)));
    updates = restored;
  }

  @Override
  public void close() {
    manager.close();
  }
}
