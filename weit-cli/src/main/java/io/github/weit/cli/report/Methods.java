package io.github.weit.cli.report;

import java.util.Comparator;
import java.util.List;

/**
 * Names of the methods compared: how rows spell them, how people read them, in which order they
 * stand.
 */
final class Methods {
  /** Composed from pre-trained templates. */
  static final String WEIT = "weit";

  /** The family's usual random first weights. */
  static final String SCRATCH = "scratch";

  /** WeiT first, scratch last, the others by name between them. */
  static final Comparator<String> ORDER =
      Comparator.comparingInt((String m) -> m.equals(WEIT) ? 0 : m.equals(SCRATCH) ? 2 : 1)
          .thenComparing(Comparator.naturalOrder());

  private Methods() {}

  /** For legends and tables. */
  static String label(String method) {
    return switch (method) {
      case WEIT -> "WeiT";
      case SCRATCH -> "from scratch";
      default -> method.replace('-', ' ');
    };
  }

  /** For the middle of a sentence. */
  static String spoken(String method) {
    return method.equals(SCRATCH) ? "training from scratch" : label(method);
  }

  /** {@code a}, {@code a and b}, {@code a, b and c}. */
  static String list(List<String> items) {
    int last = items.size() - 1;
    return last <= 0
        ? String.join("", items)
        : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
  }
}
