package io.github.weit.cli;

import io.github.weit.core.engine.Precision;
import picocli.CommandLine.Option;

/** What training computes in. */
final class PrecisionOption {

  @Option(
      names = "--precision",
      defaultValue = "float32",
      paramLabel = "TYPE",
      description =
          "float32, or bfloat16 for products in half the bits, which is faster where the processor "
              + "has them (default: ${DEFAULT-VALUE}).")
  private String name;

  Precision get() {
    return Precision.named(name);
  }
}
