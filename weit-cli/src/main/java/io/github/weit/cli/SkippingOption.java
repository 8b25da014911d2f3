package io.github.weit.cli;

import picocli.CommandLine.Option;

/** What happens at a step whose loss or gradient is not a number. */
final class SkippingOption {

  @Option(
      names = "--skip-steps",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Skip up to N steps whose loss or gradient is not a number (default: stop at the first).")
  private int most;

  int most() {
    return most;
  }
}
