package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Optional;

/**
 * The family's usual random weights.
 *
 * @param family the architecture
 */
public record Scratch(Family family) implements Initialiser {

  @Override
  public String name() {
    return Method.SCRATCH.id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    return Refusals.illegal(family, size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    return SizedModel.random(family, size, manager, seed);
  }
}
