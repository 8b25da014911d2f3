package io.github.weit.cli;

import io.github.weit.training.data.ImageFolderOptions;
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

  ImageFolderOptions get() {
    return (grey ? ImageFolderOptions.GREY : ImageFolderOptions.COLOUR)
        .withSize(imageSize, imageSize)
        .withSkippable(skippable);
  }
}
