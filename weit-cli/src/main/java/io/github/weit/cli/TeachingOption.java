package io.github.weit.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a fit learns from beside labels. */
final class TeachingOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--fit-teaching",
      defaultValue = "0",
      paramLabel = "WEIGHT",
      description =
          "How much a fit learns from what the templates' full size says of its images, 0 to 1"
              + " (default: ${DEFAULT-VALUE}).")
  private double weight;

  double weight() {
    if (!(weight >= 0 && weight <= 1)) {
      throw new ParameterException(
          spec.commandLine(), "--fit-teaching must be from 0 to 1, found " + weight);
    }
    return weight;
  }
}
