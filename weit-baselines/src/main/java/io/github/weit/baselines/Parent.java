package io.github.weit.baselines;

import io.github.weit.core.Constraint;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.LayerMixConstraint;
import io.github.weit.core.WeitException;
import io.github.weit.models.SizedModel;
import io.github.weit.templates.PretrainOptions;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Distillation;

/**
 * What is trained once, before any size is asked for. Each is a {@link
 * io.github.weit.templates.Pretraining} of its own plan, so that all see the same images, at the
 * same steps, with the same optimiser, can be interrupted alike, and end in the same kind of file.
 */
public enum Parent {
  /**
   * A dense model of the full size, trained as usual. {@code templates.compose(templates.size(),
   * manager)} is the model.
   */
  DENSE("a dense model of the full size, trained as usual"),
  /** A dense model of the full size that is trained at sampled sizes. */
  SUPERNET("a dense model of the full size, trained at sampled sizes"),
  /** Templates, as the plan has them. */
  TEMPLATES("templates and scalers, trained at sampled sizes"),
  /**
   * Templates that are distilled from {@link #DENSE}, see {@link #distillation}, at the full size:
   * sampled sizes are the successor's.
   */
  DISTILLED_TEMPLATES("templates and scalers of the full size, distilled from a dense model"),
  /** {@link #TEMPLATES} that learn from {@link #DENSE} beside the labels, at every size. */
  TAUGHT_TEMPLATES("templates and scalers, distilled from a dense model at sampled sizes"),
  /** {@link #SUPERNET} that learns from {@link #DENSE} beside the labels, at every size. */
  TAUGHT_SUPERNET("a dense model of the full size, distilled from another one at sampled sizes"),
  /** The two shared layers of TLEG, in a model of the full size. */
  LINEAR_LAYERS("two shared layers, mixed linearly into a model of the full size"),
  /** The five shared layers of SWS, in a model of the full size. */
  STAGE_LAYERS("five shared layers, repeated in stages of a model of the full size");

  private final String sentence;

  Parent(String sentence) {
    this.sentence = sentence;
  }

  /** What it is, as part of a sentence. */
  public String sentence() {
    return sentence;
  }

  /** Whether it learns from a dense model beside the labels. */
  public boolean distilled() {
    return this == DISTILLED_TEMPLATES || this == TAUGHT_TEMPLATES || this == TAUGHT_SUPERNET;
  }

  /**
   * Its plan: family, size and recipe are those of {@code templates}, and what is sampled is too
   * where sizes are sampled.
   *
   * @param templates the plan of {@link #TEMPLATES}
   * @throws WeitException if the parent does not exist for the family or the full size
   */
  public PretrainPlan plan(PretrainPlan templates) {
    return switch (this) {
      case TEMPLATES, TAUGHT_TEMPLATES -> templates;
      case DISTILLED_TEMPLATES -> templates.withFullSizeAlone();
      case SUPERNET, TAUGHT_SUPERNET -> under(new DenseConstraint(), templates);
      case DENSE -> under(new DenseConstraint(), templates).withFullSizeAlone();
      case LINEAR_LAYERS -> sharing(LayerMixConstraint.Rule.LINEAR, templates);
      case STAGE_LAYERS -> sharing(LayerMixConstraint.Rule.STAGES, templates);
    };
  }

  private static PretrainPlan under(Constraint constraint, PretrainPlan templates) {
    double inPlaceDistillation = templates.options().inPlaceDistillation();
    return templates
        .withConstraint(constraint)
        .withOptions(
            PretrainOptions.standard()
                .withRates(1, 1)
                .withInPlaceDistillation(inPlaceDistillation));
  }

  private PretrainPlan sharing(LayerMixConstraint.Rule rule, PretrainPlan templates) {
    if (templates.family().stages() != 1 || templates.size().depth() < rule.shared()) {
      throw new WeitException(
          "%s: expected a family of one stage and a full size of at least %d layers, found '%s' and %s"
              .formatted(sentence, rule.shared(), templates.family().id(), templates.size()));
    }
    return under(new LayerMixConstraint(rule), templates).withFullSizeAlone();
  }

  /**
   * WAVE's loss, KL(teacher || model) + cross entropy, halved, which the optimiser does not notice;
   * its {@link Distillation#lesson} is for {@link io.github.weit.templates.Pretraining#run}.
   *
   * @param teacher a dense model, calibrated if it has batch norms; it must stay open
   */
  public static Distillation distillation(SizedModel teacher) {
    return new Distillation(teacher::logits, 0.5, 1);
  }
}
