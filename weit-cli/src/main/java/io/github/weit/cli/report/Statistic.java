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

  /** Of the numbers given, of which there is at least one. */
  static Statistic of(Collection<Double> values) {
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
}
