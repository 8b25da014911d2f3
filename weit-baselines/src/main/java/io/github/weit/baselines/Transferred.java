package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Optional;

/**
 * First weights for other images than those that an initialiser's parent was trained on: made as
 * for the parent's, then adapted.
 *
 * @param first makes models of the parent's family
 * @param transfer from that family to the one for the other images
 */
public record Transferred(Initialiser first, ImageTransfer transfer) implements Initialiser {

  @Override
  public String name() {
    return first.name();
  }

  @Override
  public Optional<String> refusal(Size size) {
    return first.refusal(size).or(() -> Refusals.illegal(transfer.to(), size));
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    try (NDManager scratch = manager.newSubManager()) {
      SizedModel model = first.initialise(size, scratch, seed);
      return transfer.adapt(model, manager, seed(seed));
    }
  }

  /** Of what starts fresh. */
  static Seed seed(Seed seed) {
    return seed.child("transfer");
  }
}
