package io.github.weit.baselines;

import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reasons that several initialisers have for refusing a size; the same for all sizes, where they
 * can be, so that a reader is told once.
 */
final class Refusals {

  private Refusals() {}

  /** The family has no such size. */
  static Optional<String> illegal(Family family, Size size) {
    try {
      family.requireLegal(size);
      return Optional.empty();
    } catch (WeitException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** It only makes models as small as its parent or smaller. */
  static Optional<String> larger(Size parent, Size size) {
    return any(parent, size, (own, other) -> other > own)
        ? Optional.of(
            "it takes weights out of a model of size %s and makes none of more width or depth"
                .formatted(parent))
        : Optional.empty();
  }

  /** It only makes models as large as its parent or larger. */
  static Optional<String> smaller(Size parent, Size size) {
    return any(parent, size, (own, other) -> other < own)
        ? Optional.of(
            "it grows a model of size %s and makes none of less width or depth".formatted(parent))
        : Optional.empty();
  }

  private static boolean any(Size parent, Size size, BiPredicate<Integer, Integer> differs) {
    return differs.test(parent.width(), size.width())
        || IntStream.range(0, parent.depths().size())
            .anyMatch(i -> differs.test(parent.depths().get(i), size.depths().get(i)));
  }

  /** The parent has no layers of a kind that the size needs. */
  static Optional<String> missing(Family family, Size parent, Size size) {
    Set<String> there = names(family.weights(parent));
    return family.weights(size).stream()
        .map(WeightType::name)
        .filter(name -> !there.contains(name))
        .findFirst()
        .map(
            name ->
                "it is made from a model of size %s, which has no layers '%s'"
                    .formatted(parent, name));
  }

  /** The family has no such size, or what was learnt lacks layers that it needs. */
  static Optional<String> unsuited(Templates learnt, Size size) {
    return illegal(learnt.family(), size).or(() -> missing(learnt.family(), learnt.size(), size));
  }

  private static Set<String> names(List<WeightType> types) {
    return types.stream().map(WeightType::name).collect(Collectors.toSet());
  }
}
