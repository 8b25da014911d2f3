package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.Resize;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.Optional;

/**
 * A size cut out of a dense model that was trained at all sizes: the first features of every axis
 * and the first layers; what is larger is tiled, with shared columns, and interpolated in depth, by
 * the rules of {@link Resize#standard} that scalers are resized by. The control that has everything
 * of composed models but the templates.
 *
 * <p>Sources: "Slimmable Neural Networks" (arXiv 1812.08928), "Once-for-All" (arXiv 1908.09791).
 * Ours: sizes are drawn as for templates, one per step, without switchable norms, and sizes beyond
 * the full one are made.
 *
 * @param supernet of {@link Parent#SUPERNET}; not closed by this
 * @param unevenness of shares where the size is wider, see {@link Resize}
 */
public record SupernetCut(Templates supernet, double unevenness) implements Initialiser {

  public SupernetCut {
    if (!(supernet.bank().constraint() instanceof DenseConstraint)) {
      throw new WeitException(
          "a supernet is learnt under the constraint 'dense', found '%s'"
              .formatted(supernet.bank().constraint().id()));
    }
  }

  @Override
  public String name() {
    return Method.SUPERNET.id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    return Refusals.unsuited(supernet, size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    return new ComposedTemplates(name(), supernet, unevenness).initialise(size, manager, seed);
  }
}
