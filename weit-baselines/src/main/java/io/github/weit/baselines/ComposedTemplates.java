package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.Optional;

/**
 * Learnt templates, with scalers that are made from the pre-trained ones by the rules of {@link
 * Resize#standard} and not fitted.
 *
 * @param name as in tables
 * @param templates what was learnt; not closed by this
 * @param unevenness of shares where the size is wider, see {@link Resize}
 */
public record ComposedTemplates(String name, Templates templates, double unevenness)
    implements Initialiser {

  @Override
  public Optional<String> refusal(Size size) {
    return Refusals.unsuited(templates, size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    try (NDManager scratch = manager.newSubManager()) {
      ScalerSet start = scalers(size, scratch, seed);
      return SizedModel.compose(templates.family(), size, templates.bank(), start, manager);
    }
  }

  /** Scalers of a size, in {@code manager}. */
  ScalerSet scalers(Size size, NDManager manager, Seed seed) {
    Resize resize = Resize.standard().withUnevenness(unevenness, seed.child("resize"));
    return templates.scalersFor(size, resize, manager);
  }
}
