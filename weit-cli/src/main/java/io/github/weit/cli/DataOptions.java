package io.github.weit.cli;

import io.github.weit.training.data.ImageSet;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which images a command works on, where it cannot do without. */
final class DataOptions {

  @Option(names = "--data", required = true, paramLabel = "DATA", description = ImageOptions.DATA)
  private String data;

  @Mixin private ImageOptions images;

  ImageSet train() {
    return images.train(data);
  }

  ImageSet test() {
    return images.test(data);
  }

  Optional<ImageSet> testIfAny() {
    return images.testIfAny(data);
  }
}
