package io.github.weit.cli;

import picocli.CommandLine.Option;

/** How scalers grow with the width. */
final class WideningOption {

  @Option(
      names = "--unevenness",
      defaultValue = "0.5",
      paramLabel = "SHARE",
      description =
          "How unequally copies share where a model is widened, from 0 to below 1 "
              + "(default: ${DEFAULT-VALUE}).")
  private double unevenness;

  double unevenness() {
    return unevenness;
  }
}
