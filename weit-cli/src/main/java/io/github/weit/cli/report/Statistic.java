package io.github.weit.cli.report;

import java.util.Collection;

/**
 * A few numbers in short.
 *
 * @param mean sum / n
 * @param deviation sample standard deviation, sqrt(sum (x - mean)^2 / (n - 1)); NaN for n = 1,
 *     where there is none
 * @param n how many numbers, 1 or more
 * @param min the smallest
 * @param max the largest
 */
public record Statistic(double mean, double deviation, int n, double min, double max) {
  /** Student's t at 0.975 for 1, 2, ... degrees of freedom. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131
  };

  /** Of the numbers given, of which there is at least one. */
  public static Statistic of(Collection<Double> values) {
    int n = values.size();
    if (n == 0) {
      throw new IllegalArgumentException("no values");
    }
    double mean = values.stream().mapToDouble(Double::doubleValue).sum() / n;
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double deviation = n == 1 ? Double.NaN : Math.sqrt(squares / (n - 1));
    double min = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double max = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return new Statistic(mean, deviation, n, min, max);
  }

  /** Standard error of the mean, deviation / sqrt(n); NaN for n = 1. */
  double standardError() {
    return deviation / Math.sqrt(n);
  }

  /**
   * Half the width of the 95 % confidence interval of the mean, t(0.975, n - 1) * deviation /
   * sqrt(n), from Student's distribution; NaN for n = 1.
   */
  public double halfWidth() {
    double t = n - 2 < T.length ? T[Math.max(0, n - 2)] : 2.1;
    return t * standardError();
  }

  /** Whether that interval leaves out zero; never for n = 1. */
  boolean clear() {
    return Math.abs(mean) > halfWidth();
  }
}
