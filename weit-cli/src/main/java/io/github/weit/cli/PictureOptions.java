package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.ImageFolderOptions;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How the images of a folder or archive are read. */
final class PictureOptions {

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "Resize the images of a folder or archive (default: they all have one size).")
  private int imageSize;

  @Option(names = "--grey", description = "Read the images of a folder or archive as grey ones.")
  private boolean grey;

  @Option(
      names = "--skip-images",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Skip up to N images of a folder or archive that cannot be read, of train/ and of test/"
              + " each (default: stop at the first).")
  private int skippable;

  /** Asserts that no option was given, since a set with a name is read as it is. */
  void requireNone(String set) {
    List<String> given =
        Stream.of(
                imageSize == 0 ? "" : "--image-size",
                grey ? "--grey" : "",
                skippable == 0 ? "" : "--skip-images")
            .filter(name -> !name.isEmpty())
            .toList();
    if (!given.isEmpty()) {
      throw new WeitException(
          "%s is read as it is; leave out %s, or name a folder or archive of such images"
              .formatted(set, String.join(", ", given)));
    }
  }

  ImageFolderOptions get() {
    return (grey ? ImageFolderOptions.GREY : ImageFolderOptions.COLOUR)
        .withSize(imageSize, imageSize)
        .withSkippable(skippable);
  }
}
