package io.github.weit.cli.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;

/** Numbers as people read them; always with a decimal point, halves rounded up. */
public final class Numbers {
  private static final List<String> WORDS =
      List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

  private static final String UNITS = "kMGTP";

  /** Digits of a mean that are more than noise of binary fractions. */
  private static final MathContext EXACT = new MathContext(12);

  private Numbers() {}

  /**
   * A fraction as per cent with one decimal, without the sign: 0.5523 is {@code 55.2}, and 0.6515,
   * which as a binary number is a little less, {@code 65.2}.
   */
  public static String percent(double fraction) {
    return points(100 * fraction);
  }

  /** Points with one decimal: {@code 1.2}; what rounds to nothing is {@code 0.0}. */
  public static String points(double points) {
    return Double.isFinite(points)
        ? new BigDecimal(points, EXACT).setScale(1, RoundingMode.HALF_UP).toPlainString()
        : format("%.1f", points);
  }

  /**
   * Points with their sign: {@code +1.2}, or {@code -0.4}; what rounds to nothing is {@code 0.0}.
   */
  static String signed(double points) {
    String text = points(points);
    boolean unsigned = text.equals("0.0") || text.startsWith("-");
    return (unsigned ? text : "+" + text).replace('-', '\u2212');
  }

  /** The same for a terminal: with a hyphen for minus. */
  static String ascii(double points) {
    return signed(points).replace('\u2212', '-');
  }

  /** Three digits and a unit: {@code 309k}, {@code 2.68M}, {@code 29.4T}. */
  public static String count(double value) {
    if (value < 1000) {
      return format("%.0f", value);
    }
    double scaled = value / 1e3;
    int unit = 0;
    while (scaled >= 999.5 && unit < UNITS.length() - 1) {
      scaled /= 1e3;
      unit++;
    }
    return threeDigits(scaled) + UNITS.charAt(unit);
  }

  /** {@code 309k}, or {@code 309k-2.68M} (with a dash) where numbers differ; a dash for none. */
  static String range(LongStream values) {
    LongSummaryStatistics all = values.summaryStatistics();
    if (all.getCount() == 0) {
      return "\u2013";
    }
    String least = count(all.getMin());
    String most = count(all.getMax());
    return least.equals(most) ? least : least + "\u2013" + most;
  }

  /** Every digit, in groups: {@code 160,000}. */
  static String whole(long value) {
    return format("%,d", value);
  }

  /** A small number as a word: {@code five}. */
  static String word(int value) {
    return value >= 0 && value < WORDS.size() ? WORDS.get(value) : String.valueOf(value);
  }

  /** {@code one epoch}, {@code five epochs}. */
  static String counted(int value, String noun) {
    return word(value) + " " + noun + (value == 1 ? "" : "s");
  }

  static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }

  private static String threeDigits(double value) {
    return format(value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
  }
}
