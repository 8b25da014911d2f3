package io.github.weit.cli;

import java.util.Optional;
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
      paramLabel = "WEIGHT",
      description =
          "How much a fit learns from what the templates' full size says of its images, 0 to 1"
              + " (default: 0; tuned: 1).")
  private Optional<Double> given = Optional.empty();

  double weight(TunedOption tuned) {
    double weight = tuned.choose(given, 0.0, 1.0);
    if (!(weight >= 0 && weight <= 1)) {
      throw new ParameterException(
          spec.commandLine(), "--fit-teaching must be from 0 to 1, found " + weight);
    }
    return weight;
  }
}
