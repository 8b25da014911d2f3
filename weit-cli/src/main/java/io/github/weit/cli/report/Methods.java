package io.github.weit.cli.report;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Names of the methods compared: how rows spell them, how people read them, in which order they
 * stand.
 */
final class Methods {
  /** Composed from pre-trained templates, fitted, then trained. */
  static final String WEIT = "weit";

  /** The same without the fit. */
  static final String UNFITTED = "weit-unfitted";

  /** The family's usual random first weights. */
  static final String SCRATCH = "scratch";

  /** The same, trained for more epochs than the others, with a schedule of that length. */
  static final String SCRATCH_LONG = "scratch-long";

  private static final Set<String> NO_RIVALS = Set.of(WEIT, UNFITTED, SCRATCH, SCRATCH_LONG);

  private Methods() {}

  /** WeiT first, scratch last, the others between them: as in {@code known}, then by name. */
  static Comparator<String> order(List<String> known) {
    return Comparator.comparingInt(Methods::rank)
        .thenComparingInt(m -> known.contains(m) ? known.indexOf(m) : known.size())
        .thenComparing(Comparator.naturalOrder());
  }

  private static int rank(String method) {
    return switch (method) {
      case WEIT -> 0;
      case UNFITTED -> 1;
      case SCRATCH_LONG -> 3;
      case SCRATCH -> 4;
      default -> 2;
    };
  }

  /** Whether it is another way to get first weights: neither ours nor from scratch. */
  static boolean rival(String method) {
    return !NO_RIVALS.contains(method);
  }

  /** For legends and tables, where nobody gave a label. */
  static String label(String method) {
    return switch (method) {
      case WEIT -> "WeiT";
      case UNFITTED -> "unfitted WeiT";
      case SCRATCH -> "from scratch";
      case SCRATCH_LONG -> "longer scratch";
      default -> method.replace('-', ' ');
    };
  }

  /** {@code a}, {@code a and b}, {@code a, b and c}. */
  static String list(List<String> items) {
    int last = items.size() - 1;
    return last <= 0
        ? String.join("", items)
        : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
  }
}
