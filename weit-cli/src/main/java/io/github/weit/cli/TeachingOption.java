package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.TeachingOptions;
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

  @Option(
      names = "--fit-temperature",
      paramLabel = "T",
      description =
          "What it says is softened by T: above 1, more is learnt of what it holds to be unlikely"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private double temperature;

  @Option(
      names = "--fit-views",
      paramLabel = "VIEWS",
      description =
          "1: it says what it says of an image as it is shown; 2: the mean over the image and its"
              + " mirror image, where images are mirrored at random and there are no batch norms"
              + " (default: 1; tuned: 2).")
  private Optional<Integer> views = Optional.empty();

  TeachingOptions options(TunedOption tuned) {
    TeachingOptions measured = TeachingOptions.TUNED;
    int count = tuned.choose(views, 1, 2);
    if (count != 1 && count != 2) {
      throw refused("--fit-views must be 1 or 2, found " + count);
    }
    double weight = tuned.choose(given, 0.0, measured.weight());
    if (!(weight >= 0 && weight <= 1)) {
      throw refused("--fit-teaching must be from 0 to 1, found " + weight);
    }
    try {
      return new TeachingOptions(weight, temperature, count == 2);
    } catch (WeitException e) {
      throw refused("--fit-temperature: " + e.getMessage());
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
