package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Optional;

/** A way to give a model of some size its first weights. */
public interface Initialiser {

  /** The name in tables, such as {@code weight-selection}; it never changes. */
  String name();

  /**
   * Why it has nothing for a size, in a sentence for a reader who knows the size; empty if it has.
   * No array is made.
   */
  Optional<String> refusal(Size size);

  /**
   * First weights. What decides them is this, the size and the seed; what they are made from is
   * left as it is. Batch norms have no running statistics yet, see {@link
   * SizedModel#needsCalibration}.
   *
   * @param manager owner of the result and of nothing else; it decides the device
   * @throws WeitException if there is a {@link #refusal}
   */
  SizedModel initialise(Size size, NDManager manager, Seed seed);

  /**
   * Asserts that it has weights for a size.
   *
   * @throws WeitException with the {@link #refusal}
   */
  default void require(Size size) {
    refusal(size)
        .ifPresent(
            reason -> {
              throw new WeitException("%s has nothing for %s: %s".formatted(name(), size, reason));
            });
  }
}
