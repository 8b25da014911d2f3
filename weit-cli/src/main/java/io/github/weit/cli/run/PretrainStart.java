package io.github.weit.cli.run;

import io.github.weit.models.Templates;
import io.github.weit.training.Distillation;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.Map;
import java.util.Optional;

/**
 * What a pre-training starts from and learns from.
 *
 * @param templates where templates and scalers begin; untrained if there are none. They stay the
 *     caller's
 * @param teacher what is learnt from beside labels, if there is one
 * @param normalisation of the images
 * @param provenance what of this decides the result
 */
public record PretrainStart(
    Optional<Templates> templates,
    Optional<Distillation> teacher,
    Normalisation normalisation,
    Map<String, String> provenance) {

  public PretrainStart {
    provenance = Map.copyOf(provenance);
  }

  /** Untrained templates, which learn the images' classes. */
  public static PretrainStart untrained(ImageSet images) {
    return new PretrainStart(
        Optional.empty(), Optional.empty(), Normalisation.of(images), Map.of());
  }
}
