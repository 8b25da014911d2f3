package io.github.weit.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How scalers grow with the width. */
final class WideningOption {

  static final String UNEVENNESS = "--unevenness";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = UNEVENNESS,
      defaultValue = "0.5",
      paramLabel = "SHARE",
      description =
          "A model wider than the pre-trained one has copies of features: 0 gives all copies the same"
              + " weight, more, to below 1, makes them differ, so that training can tell them apart"
              + " (default: ${DEFAULT-VALUE}).")
  private double unevenness;

  double unevenness() {
    if (!(unevenness >= 0 && unevenness < 1)) {
      throw new ParameterException(
          spec.commandLine(), UNEVENNESS + " must be from 0 to below 1, found " + unevenness);
    }
    return unevenness;
  }
}
