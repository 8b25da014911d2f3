package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.AxisRole;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A smaller model whose weights are some of a larger one's: the first layers (of each stage), and
 * along every axis that shrinks from n to m entries
 *
 * <pre>
 *   every (n / m)-th entry, from the first, where m divides n
 *   entries round(i (n - 1) / (m - 1)), i = 0 to m - 1, else
 * </pre>
 *
 * <p>Ties are rounded to even. Source: Xu et al., "Initializing Models with Larger Ones" (arXiv
 * 2311.18823), uniform element selection. Ours is that queries, keys and values are selected apart,
 * which is the same where m divides n, and the choice of what becomes of the head.
 *
 * @param parent the larger model; not closed by this
 * @param head what the head is
 */
public record WeightSelection(SizedModel parent, Head head) implements Initialiser {

  /** What the smaller model's head is. */
  public enum Head {
    /** Selected like all other weights: the tasks are the same. */
    SELECTED,
    /** The family's usual random start, as the paper has it. */
    FRESH
  }

  public WeightSelection {
    Objects.requireNonNull(parent, "parent");
    Objects.requireNonNull(head, "head");
  }

  @Override
  public String name() {
    return Method.WEIGHT_SELECTION.id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    Family family = parent.family();
    return Refusals.illegal(family, size)
        .or(() -> Refusals.larger(parent.size(), size))
        .or(() -> Refusals.missing(family, parent.size(), size));
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    Stacks.Rule rule =
        (type, index, from, to, stack) -> {
          int old = Math.toIntExact(from.length());
          int count = Math.toIntExact(to.length());
          int[] kept =
              from.role() == AxisRole.LAYER
                  ? IntStream.range(0, count).toArray()
                  : selected(old, count);
          return Stacks.take(kept, stack, index);
        };
    SizedModel selected = Stacks.model(parent, size, rule, manager);
    if (head == Head.SELECTED) {
      return selected;
    }
    try (selected) {
      return selected.withFreshHead(parent.family().classes(), manager, seed);
    }
  }

  /** The entries that are kept of {@code old}. */
  static int[] selected(int old, int count) {
    if (old % count == 0) {
      return IntStream.range(0, count).map(i -> i * (old / count)).toArray();
    }
    return IntStream.range(0, count)
        .map(i -> (int) Math.rint((double) i * (old - 1) / (count - 1)))
        .toArray();
  }
}
