package io.github.weit.cli;

import io.github.weit.core.WeitException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Numbers from one to another, both included. Written {@code 1-12}, or {@code 6} for just one.
 *
 * @param from at least 1
 * @param to at least {@code from}
 */
record IntRange(int from, int to) {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})(?:(?:-|\\.\\.)(\\d{1,6}))?");

  IntRange {
    if (from < 1 || to < from) {
      throw new WeitException(
          "a range goes from a number of at least 1 up, found %d-%d".formatted(from, to));
    }
  }

  static IntRange parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new WeitException("'" + text + "' is no range: expected FROM-TO, for example 1-12");
    }
    int from = Integer.parseInt(matcher.group(1));
    return new IntRange(from, matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2)));
  }

  /** The multiples of {@code step} in this range. */
  List<Integer> multiplesOf(int step) {
    return IntStream.rangeClosed((from + step - 1) / step, to / step)
        .mapToObj(i -> i * step)
        .toList();
  }
}
