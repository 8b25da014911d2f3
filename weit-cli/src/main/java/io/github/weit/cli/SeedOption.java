package io.github.weit.cli;

import io.github.weit.core.Seed;
import picocli.CommandLine.Option;

/** What everything random follows from. */
final class SeedOption {

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Decides everything random (default: ${DEFAULT-VALUE}).")
  private long seed;

  Seed get() {
    return new Seed(seed);
  }
}
