package io.github.weit.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.Initial;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.WeitEngine;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A weight composed from templates, a layer, a loss and its gradient, all small enough to be
 * computed again by plain loops: W = sum_t S[t] (x) T[t], loss = mean (x W^T)^2, and its gradient
 * in S.
 */
final class SelfCheck {

  private static final int N = 3;
  private static final int P = 4;
  private static final int G = 2;
  private static final int ROWS = 5;
  private static final double TOLERANCE = 1e-4;

  private SelfCheck() {}

  static Finding run(NDManager parent) {
    Axis out = Axis.out("out", (long) P * G, P);
    Axis in = Axis.in("in", (long) P * G, P);
    WeightType type = new WeightType("w", "w", N, new Initial.Normal(1), true, List.of(out, in));
    try (NDManager manager = parent.newSubManager()) {
      KroneckerConstraint rule = new KroneckerConstraint();
      TemplateBank bank = TemplateBank.create(rule, List.of(type), manager, new Seed(1));
      ScalerSet scalers = ScalerSet.create(rule, List.of(type), manager, new Seed(2));
      float[] x = new float[ROWS * P * G];
      RandomGenerator random = new Seed(3).generator();
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
      }
      float[] s = scalers.arrays().get("w").toFloatArray();
      float[] t = bank.arrays().get("w").toFloatArray();
      double[] expected = expected(s, t, x);
      double[] found = found(bank, scalers, manager.create(x, new Shape(ROWS, P * G)));
      double difference = 0;
      for (int i = 0; i < found.length; i++) {
        double scale = Math.max(1, Math.abs(expected[i]));
        // a NaN stays one: Math.max keeps it
        difference = Math.max(difference, Math.abs(found[i] - expected[i]) / scale);
      }
      String text = String.format(Locale.ROOT, "off by at most %.1e", difference);
      return difference <= TOLERANCE
          ? Finding.fine("calculation", text)
          : Finding.broken(
              "calculation",
              text,
              "the engine computes something else than plain loops do; try --device cpu, another"
                  + " version of the engine, or -Dweit.dense=linear");
    }
  }

  /** The loss, and after it its gradient in the scalers, from the engine. */
  private static double[] found(TemplateBank bank, ScalerSet scalers, NDArray x) {
    NamedArrays leaves = scalers.arrays().requireGradient(true);
    try (NDScope scope = new NDScope();
        var collector = WeitEngine.start().newGradientCollector()) {
      scope.suppressNotUsedWarning();
      NDArray w = bank.compose(scalers).get("w");
      NDArray y = Ops.dense(x, w, x.getManager().zeros(new Shape(P * G)));
      NDArray loss = y.mul(y).mean();
      collector.backward(loss);
      float[] gradient = leaves.get("w").getGradient().toFloatArray();
      double[] all = new double[1 + gradient.length];
      all[0] = loss.toFloatArray()[0];
      for (int i = 0; i < gradient.length; i++) {
        all[1 + i] = gradient[i];
      }
      return all;
    } finally {
      leaves.requireGradient(false);
    }
  }

  /** The same by loops in float64. */
  private static double[] expected(float[] s, float[] t, float[] x) {
    int d = P * G;
    double[] w = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        for (int n = 0; n < N; n++) {
          w[i * d + j] += (double) s[scaler(n, i, j)] * t[template(n, i, j)];
        }
      }
    }
    double[] all = new double[1 + s.length];
    int count = ROWS * d;
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < d; i++) {
        double y = 0;
        for (int j = 0; j < d; j++) {
          y += x[row * d + j] * w[i * d + j];
        }
        all[0] += y * y / count;
        for (int j = 0; j < d; j++) { // dLoss/dW[i, j] = 2 y x[j] / count
          double slope = 2 * y * x[row * d + j] / count;
          for (int n = 0; n < N; n++) {
            all[1 + scaler(n, i, j)] += slope * t[template(n, i, j)];
          }
        }
      }
    }
    return all;
  }

  private static int scaler(int n, int i, int j) {
    return (n * G + i / P) * G + j / P;
  }

  private static int template(int n, int i, int j) {
    return (n * P + i % P) * P + j % P;
  }
}
