package io.github.weit.benchmarks.steps;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What an arm computes in. */
enum Precision {
  /** float32. */
  F32,
  /** Products in bfloat16, weights and the optimiser in float32. */
  BF16;

  /**
   * The precision of that name.
   *
   * @throws WeitException naming those that there are
   */
  static Precision of(String name) {
    return Arrays.stream(values())
        .filter(precision -> precision.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "there is no precision '" + name + "'; there are " + List.of(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
