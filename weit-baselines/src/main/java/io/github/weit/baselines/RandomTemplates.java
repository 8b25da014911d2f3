package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Constraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.training.TeachingOptions;
import java.util.List;
import java.util.Optional;

/**
 * The control of composed models: templates and scalers that nothing was learnt into, and the
 * ordinary fit of the scalers. What this lacks beside learnt templates is what these know.
 *
 * @param family the architecture
 * @param constraint how weights are made of templates and scalers
 * @param full the size that the rate of {@code fitting} is for
 * @param fitting what scalers are fitted to
 * @param teaching what they learn from beside labels or instead; templates that know something are
 *     compared with these at the same teaching
 */
public record RandomTemplates(
    Family family,
    Constraint constraint,
    Size full,
    Fitting fitting,
    Optional<FullSizeTeaching> teaching)
    implements Initialiser {

  public RandomTemplates {
    fitting.requireClassesKnown(
        teaching.map(FullSizeTeaching::options).orElse(TeachingOptions.LABELS));
  }

  /** Fitted on labels. */
  public RandomTemplates(Family family, Constraint constraint, Size full, Fitting fitting) {
    this(family, constraint, full, fitting, Optional.empty());
  }

  @Override
  public String name() {
    return Method.RANDOM_TEMPLATES.id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    return Refusals.illegal(family, size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    List<WeightType> types = family.weights(size);
    try (NDManager scratch = manager.newSubManager()) {
      TemplateBank bank = TemplateBank.create(constraint, types, scratch, seed);
      ScalerSet start = ScalerSet.create(constraint, types, scratch, seed);
      return fitting
          .at(full, size)
          .fitted(family, size, bank, start, fitting.lesson(teaching, scratch), seed, manager);
    }
  }
}
