package io.github.weit.cli.report;

import java.util.List;
import java.util.Locale;

/** Numbers as people read them; always with a decimal point. */
final class Numbers {
  private static final List<String> WORDS =
      List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

  private Numbers() {}

  /** A fraction as per cent with one decimal, without the sign: 0.5523 is {@code 55.2}. */
  static String percent(double fraction) {
    return format("%.1f", 100 * fraction);
  }

  /** Points with one decimal: {@code 1.2}. */
  static String points(double points) {
    return format("%.1f", points);
  }

  /**
   * Points with their sign: {@code +1.2}, or {@code -0.4}; what rounds to nothing is {@code 0.0}.
   */
  static String signed(double points) {
    String text = format("%+.1f", points);
    return text.substring(1).equals("0.0") ? "0.0" : text.replace('-', '\u2212');
  }

  /** Three digits and a unit: {@code 309k}, {@code 2.68M}. */
  static String count(double value) {
    if (value < 1000) {
      return format("%.0f", value);
    }
    return value < 999_500
        ? threeDigits(value / 1e3) + "k"
        : value < 999_500_000 ? threeDigits(value / 1e6) + "M" : threeDigits(value / 1e9) + "G";
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
