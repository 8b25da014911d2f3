package io.github.weit.cli;

import io.github.weit.models.Family;
import io.github.weit.models.Preset;
import io.github.weit.models.Size;
import java.util.Optional;
import java.util.function.IntSupplier;
import picocli.CommandLine.Option;

/** Which model another library's file holds: one of the two, or neither if its tensors say it. */
final class SizeOrPreset {

  @Option(
      names = "--size",
      paramLabel = "WIDTHxDEPTH",
      description = "The size of the model that the file holds.")
  private Optional<Size> size = Optional.empty();

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Or a model that has a name, such as resnet18 or deit_tiny_patch16_224.")
  private Optional<Preset> preset = Optional.empty();

  Size size() {
    return preset.map(Preset::size).or(() -> size).orElseThrow();
  }

  /**
   * The family that {@code options} describe, or the preset's.
   *
   * @param headSize of a vision transformer whose options do not say it
   */
  Family family(
      FamilyOptions options, IntSupplier headSize, int imageSize, int channels, int classes) {
    return preset
        .map(known -> options.family(known, imageSize, channels, classes))
        .orElseGet(() -> options.family(headSize, imageSize, channels, classes));
  }

  boolean isGiven() {
    return size.isPresent() || preset.isPresent();
  }

  int imageSize() {
    return preset.map(Preset::imageSize).orElse(224);
  }

  int channels() {
    return preset.map(Preset::channels).orElse(3);
  }

  int classes() {
    return preset.map(known -> known.family().classes()).orElse(1000);
  }
}
