package io.github.weit.training.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.engine.NoGradient;
import java.util.Collection;

/** The length of all gradients together, and its limit. */
public final class GradientNorm {

  private GradientNorm() {}

  /**
   * sqrt(sum of squares over all elements of all arrays); 0 for none. Not finite if any element is
   * not.
   */
  public static double of(Collection<NDArray> gradients) {
    if (gradients.isEmpty()) {
      return 0;
    }
    try (NoGradient off = NoGradient.begin();
        NDScope scope = new NDScope()) {
      off.hold();
      scope.suppressNotUsedWarning();
      NDList norms = new NDList(gradients.size());
      for (NDArray gradient : gradients) {
        NDArray norm = gradient.norm().reshape(1);
        norms.add(
            norm.getDataType() == DataType.FLOAT64 ? norm : norm.toType(DataType.FLOAT64, false));
      }
      return NDArrays.concat(norms).norm().toDoubleArray()[0];
    }
  }

  /**
   * Scales all gradients in place by min(1, maxNorm / (norm + 1e-6)), as PyTorch's {@code
   * clip_grad_norm_} does.
   *
   * @param maxNorm above 0
   * @return the norm before; if it is not finite nothing is scaled
   */
  public static double clip(Collection<NDArray> gradients, double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("the largest norm is " + maxNorm + ", it must be above 0");
    }
    double norm = of(gradients);
    double coefficient = maxNorm / (norm + 1e-6);
    if (Double.isFinite(norm) && coefficient < 1) {
      scale(gradients, coefficient);
    }
    return norm;
  }

  private static void scale(Collection<NDArray> gradients, double factor) {
    try (NoGradient off = NoGradient.begin();
        NDScope scope = new NDScope()) {
      off.hold();
      scope.suppressNotUsedWarning();
      Scalars scalars = new Scalars(gradients.iterator().next().getManager());
      for (NDArray gradient : gradients) {
        gradient.muli(scalars.of(factor, gradient.getDataType()));
      }
    }
  }
}
