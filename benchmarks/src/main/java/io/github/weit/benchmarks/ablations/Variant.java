package io.github.weit.benchmarks.ablations;

import io.github.weit.templates.PretrainPlan;
import java.util.function.UnaryOperator;

/**
 * One choice: how pre-training differs from the default, and how the fit does.
 *
 * @param name as in the rows; variants of one name and one pre-training are the same
 * @param pretraining what is different about it
 * @param fit what is different about it
 */
record Variant(String name, UnaryOperator<PretrainPlan> pretraining, UnaryOperator<FitPlan> fit) {

  /** The defaults. */
  static final String DEFAULT = "default";

  static Variant standard() {
    return new Variant(DEFAULT, plan -> plan, fit -> fit);
  }

  /** One that differs in pre-training. */
  static Variant of(String name, UnaryOperator<PretrainPlan> pretraining) {
    return new Variant(name, pretraining, fit -> fit);
  }

  /** One that differs in the fit, of the default's templates. */
  static Variant fitting(String name, UnaryOperator<FitPlan> fit) {
    return new Variant(name, plan -> plan, fit);
  }
}
