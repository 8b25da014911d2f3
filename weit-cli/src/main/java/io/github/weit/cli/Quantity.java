package io.github.weit.cli;

import io.github.weit.core.WeitException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as people write it: {@code 2M}, {@code 300M}, {@code 1.5G}, {@code 8MiB}.
 *
 * @param value in units
 */
record Quantity(long value) {

  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([kKMGT]i?)?B?");
  private static final Map<String, Long> FACTORS =
      Map.of(
          "k",
          1000L,
          "M",
          1000_000L,
          "G",
          1000_000_000L,
          "T",
          1000_000_000_000L,
          "ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30,
          "Ti",
          1L << 40);

  /**
   * Reads a number with an optional suffix: k, M, G, T for powers of 1000, KiB, MiB, GiB, TiB for
   * powers of 1024.
   */
  static Quantity parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new WeitException(
          "'" + text + "' is no amount: expected a number such as 2M, 1.5G or 8MiB");
    }
    String suffix = matcher.group(2) == null ? "" : matcher.group(2).replace('K', 'k');
    BigDecimal factor = BigDecimal.valueOf(FACTORS.getOrDefault(suffix, 1L));
    try {
      return new Quantity(
          new BigDecimal(matcher.group(1)).multiply(factor).toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw new WeitException("'" + text + "' is too large", e);
    }
  }

  /** For people: {@code 1,234,567}. */
  static String exact(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Three digits and a suffix: {@code 1.23M}. */
  static String brief(long number) {
    String[] suffixes = {"", "k", "M", "G", "T"};
    return scaled(number, 1000, suffixes);
  }

  /** Three digits and a unit: {@code 4.70 MiB}. */
  static String bytes(long number) {
    String[] suffixes = {" B", " KiB", " MiB", " GiB", " TiB"};
    return scaled(number, 1024, suffixes);
  }

  private static String scaled(long number, int base, String[] suffixes) {
    double rest = number;
    int power = 0;
    while (rest >= base && power < suffixes.length - 1) {
      rest /= base;
      power++;
    }
    int decimals = power == 0 ? 0 : rest < 10 ? 2 : rest < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", rest, suffixes[power]);
  }
}
