package io.github.weit.benchmarks.tables;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Numbers as the tables have them; decimals are rounded half up, as in reports. */
final class Digits {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private Digits() {}

  /** A fraction as per cent with one decimal, or a difference of fractions as points. */
  static String percent(BigDecimal fraction) {
    return fraction.multiply(HUNDRED).setScale(1, RoundingMode.HALF_UP).toPlainString();
  }

  /** The mean of what seeds have, and their standard deviation where they differ: 53.3 ± 0.4. */
  static String percent(List<BigDecimal> seeds) {
    BigDecimal mean = Results.mean(seeds);
    if (seeds.stream().allMatch(seed -> seed.compareTo(seeds.get(0)) == 0)) {
      return percent(mean);
    }
    double squares =
        seeds.stream().mapToDouble(seed -> Math.pow(seed.subtract(mean).doubleValue(), 2)).sum();
    double deviation = Math.sqrt(squares / (seeds.size() - 1));
    return percent(mean) + " ± " + percent(BigDecimal.valueOf(deviation));
  }

  /** Three digits or so: {@code 157 k}, {@code 1.26 M}. */
  static String count(long value) {
    return value < 1_000_000
        ? Math.round(value / 1e3) + " k"
        : String.format(Locale.ROOT, "%.2f M", value / 1e6);
  }
}
