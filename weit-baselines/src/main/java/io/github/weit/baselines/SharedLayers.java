package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.LayerMixConstraint;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.Optional;

/**
 * A model of any depth, and of the one width that was trained, made of a few shared layers: TLEG
 * (arXiv 2312.05614) or SWS (arXiv 2404.16897), as {@link LayerMixConstraint} has them. Embeddings,
 * last norm and head are as they were learnt.
 *
 * <p>Ours: both papers train the shared layers by distillation from a larger model; here they are
 * trained on the labels, as every parent is, unless the caller gives a teacher. All weights of a
 * block are shared alike, norms and biases included.
 *
 * @param learnt of {@link Parent#LINEAR_LAYERS} or {@link Parent#STAGE_LAYERS}; not closed by this
 */
public record SharedLayers(Templates learnt) implements Initialiser {

  public SharedLayers {
    if (!(learnt.bank().constraint() instanceof LayerMixConstraint)) {
      throw new WeitException(
          "shared layers are learnt under the constraint 'layer-mix', found '%s'"
              .formatted(learnt.bank().constraint().id()));
    }
  }

  private Method method() {
    LayerMixConstraint constraint = (LayerMixConstraint) learnt.bank().constraint();
    return switch (constraint.rule()) {
      case LINEAR -> Method.TLEG;
      case STAGES -> Method.SWS;
    };
  }

  @Override
  public String name() {
    return method().id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    return Refusals.illegal(learnt.family(), size)
        .or(
            () ->
                size.width() == learnt.size().width()
                    ? Optional.empty()
                    : Optional.of(
                        "its layers have the width %s and give other depths only"
                            .formatted(learnt.size().width())));
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    return learnt.compose(size, manager);
  }
}
