package io.github.weit.benchmarks;

import java.util.Arrays;

/**
 * Median and quartiles, by linear interpolation between order statistics: the p-quantile of n
 * sorted numbers stands at position (n - 1) p, counted from 0 (type 7 of Hyndman and Fan, 1996).
 *
 * @param lower the 0.25-quantile
 * @param median the 0.5-quantile
 * @param upper the 0.75-quantile
 */
public record Quartiles(double lower, double median, double upper) {

  /** Of one number or more. */
  public static Quartiles of(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Quartiles(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
  }

  public static double median(double[] values) {
    return of(values).median();
  }

  private static double quantile(double[] sorted, double p) {
    double position = (sorted.length - 1) * p;
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
