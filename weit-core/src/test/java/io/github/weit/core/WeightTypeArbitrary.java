package io.github.weit.core;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Weight types of 1 to 5 axes of any legal mix of roles, with template and scaler extents of 1 to
 * 3.
 */
final class WeightTypeArbitrary {

  private static final int LARGEST_EXTENT = 3;

  private WeightTypeArbitrary() {}

  static Arbitrary<WeightType> any() {
    Arbitrary<List<Axis>> inner = innerAxis().list().ofMinSize(0).ofMaxSize(3);
    return Combinators.combine(
            extent().injectNull(0.5).map(depth -> depth == null ? 0 : depth),
            inner,
            lastAxis(),
            Arbitraries.integers().between(1, 5))
        .as(WeightTypeArbitrary::type);
  }

  private static WeightType type(int depth, List<Axis> inner, Axis last, int terms) {
    List<Axis> axes = new ArrayList<>();
    if (depth > 0) {
      axes.add(Axis.layers(depth));
    }
    axes.addAll(inner);
    axes.add(last);
    String name = depth > 0 ? "blocks.{}.weight" : "weight";
    return new WeightType(name, name, terms, new Initial.Normal(0.02), true, axes);
  }

  private static Arbitrary<Axis> innerAxis() {
    return Arbitraries.oneOf(lastAxis(), extent().map(count -> Axis.group("kind", count)));
  }

  private static Arbitrary<Axis> lastAxis() {
    Arbitrary<Axis> growing =
        Combinators.combine(Arbitraries.of(AxisRole.OUT, AxisRole.IN), extent(), extent())
            .as((role, template, scaler) -> new Axis("feature", role, template, scaler));
    return Arbitraries.oneOf(growing, extent().map(length -> Axis.fixed("fixed", length)));
  }

  private static Arbitrary<Integer> extent() {
    return Arbitraries.integers().between(1, LARGEST_EXTENT);
  }
}
