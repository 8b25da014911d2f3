package io.github.weit.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How scalers grow with the width. */
final class WideningOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--unevenness",
      defaultValue = "0.5",
      paramLabel = "SHARE",
      description =
          "How unequally copies share where a model is widened, from 0 to below 1 "
              + "(default: ${DEFAULT-VALUE}).")
  private double unevenness;

  double unevenness() {
    if (!(unevenness >= 0 && unevenness < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--unevenness must be from 0 to below 1, found " + unevenness);
    }
    return unevenness;
  }
}
