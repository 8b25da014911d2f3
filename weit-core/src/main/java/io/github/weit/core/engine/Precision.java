package io.github.weit.core.engine;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.Locale;

/**
 * What layers compute in. Weights, their gradients and the optimiser's state are float32 either
 * way.
 */
public enum Precision {
  /** All in float32. */
  FLOAT32,
  /**
   * Matrix products, and what lies between them, in bfloat16, which has float32's range and 8 bits
   * of mantissa; norms over features, the loss and, in transformers, residual sums in float32.
   * Products add up in float32. Faster on CPUs with AVX-512 BF16 or AMX and on GPUs since Ampere;
   * other CPUs imitate it slowly.
   */
  BFLOAT16;

  /**
   * The precision a user names, {@code float32} or {@code bfloat16}.
   *
   * @throws WeitException if there is none of that name
   */
  public static Precision named(String name) {
    return Arrays.stream(values())
        .filter(known -> known.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "unknown precision '"
                        + name
                        + "': expected one of "
                        + Arrays.toString(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
