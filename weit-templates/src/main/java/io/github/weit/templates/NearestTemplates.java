package io.github.weit.templates;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Constraint;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.List;
import java.util.Map;

/**
 * Templates and scalers from trained dense weights, in closed form: of all sums of N Kronecker
 * products the one nearest to the weights in the Frobenius norm,
 *
 * <pre>  min over S, T of  |W - sum_{t=1..N} S[t] (x) T[t]|</pre>
 *
 * <p>With every axis split into its scaler and its template index, and the scaler indices brought
 * together as rows and the template indices as columns, W becomes a matrix {@code (G, P)} and the
 * sum a product {@code (G, N) (N, P)}: the best one is the truncated singular value decomposition
 * (Van Loan and Pitsianis, "Approximation with Kronecker Products", 1993; for one matrix of two
 * axes). Taking all layers of a type at once, and all types that share templates one below the
 * other, is ours, as is what the decomposition leaves open:
 *
 * <ul>
 *   <li>how a singular value is shared: as the constraint shares the initial deviation, so that
 *       pre-training goes on with its usual rates. For layers the templates' mean square is 1; for
 *       weights that a model has once, the scalers' is 1 / N;
 *   <li>signs: the largest entry of each template is positive;
 *   <li>terms without a singular value, where N is more than the weights' rank: one factor is zero
 *       and the other what an untrained one is, so that they add nothing and can be learnt. The
 *       scalers are zero for layers, the templates for weights that a model has once. Weights that
 *       are all zero start as untrained constants do.
 * </ul>
 *
 * <p>Computed in float64 on the host; the arrays are float64 if the weights are, else float32.
 *
 * @param templates the templates, and the scalers of the dense model's size; closed with this
 * @param report one entry per weight type, in the family's order
 */
public record NearestTemplates(Templates templates, List<Reconstruction> report)
    implements AutoCloseable {

  public NearestTemplates {
    report = List.copyOf(report);
  }

  /**
   * Factors every weight of a model.
   *
   * @param constraint the Kronecker one, in either order, for all weights or for matrices alone;
   *     the other weights are then their own scalers
   * @param seed of the terms that the weights do not decide
   * @param manager owner of the templates and scalers
   * @throws WeitException if the constraint has another rule for some weight, or a weight is
   *     missing, of another shape or not finite
   */
  public static NearestTemplates of(
      SizedModel dense, Constraint constraint, Seed seed, NDManager manager) {
    List<WeightType> types = dense.family().weights(dense.size());
    Factored found = Factored.of(constraint, types, dense.weights(), seed, manager);
    Templates templates =
        new Templates(dense.family(), dense.size(), found.bank(), found.scalers(), Map.of());
    return new NearestTemplates(templates, found.report());
  }

  @Override
  public void close() {
    templates.close();
  }
}
