package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@link ImageFolders} reads.
 *
 * @param channels 1 (grey) or 3 (colour); images of the other kind are converted
 * @param height rows, to which all images are resized; 0 with width 0 if all images have one size
 *     already
 * @param width columns
 * @param subPath the folder of class folders inside the source, with {@code /} between its parts,
 *     for example {@code "train"}; empty for the source itself
 * @param skippable how many images that cannot be read are passed over before the next one is an
 *     error
 * @param pixelFolder where decoded images are kept, in a file without a name that is gone when
 *     nothing uses them any more, so that they may be more than fit the heap; empty for the heap
 */
public record ImageFolderOptions(
    int channels,
    int height,
    int width,
    String subPath,
    int skippable,
    Optional<Path> pixelFolder) {

  /** Colour images that all have one size. */
  public static final ImageFolderOptions COLOUR = of(3);

  /** Grey images that all have one size. */
  public static final ImageFolderOptions GREY = of(1);

  public ImageFolderOptions {
    if (channels != 1 && channels != 3) {
      throw new WeitException(
          "Reading images: expected 1 (grey) or 3 (colour) channels, found " + channels);
    }
    if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
      throw new WeitException(
          ("Reading images: expected height and width above 0, or both 0 to keep the size; "
                  + "found %dx%d")
              .formatted(height, width));
    }
    if (skippable < 0) {
      throw new WeitException(
          "Reading images: expected 0 or more that may be skipped, found " + skippable);
    }
    subPath = subPath.replaceAll("^/+|/+$", "");
    for (String part : subPath.split("/")) {
      if (part.equals("..") || part.equals(".")) {
        throw new WeitException(
            "Reading images: the sub-path must name folders inside the source, found " + subPath);
      }
    }
  }

  private static ImageFolderOptions of(int channels) {
    return new ImageFolderOptions(channels, 0, 0, "", 0, Optional.empty());
  }

  public ImageFolderOptions withSize(int newHeight, int newWidth) {
    return new ImageFolderOptions(channels, newHeight, newWidth, subPath, skippable, pixelFolder);
  }

  public ImageFolderOptions withSubPath(String path) {
    return new ImageFolderOptions(channels, height, width, path, skippable, pixelFolder);
  }

  public ImageFolderOptions withSkippable(int images) {
    return new ImageFolderOptions(channels, height, width, subPath, images, pixelFolder);
  }

  public ImageFolderOptions withPixelFolder(Path folder) {
    return new ImageFolderOptions(channels, height, width, subPath, skippable, Optional.of(folder));
  }

  boolean keepsSize() {
    return height == 0;
  }
}
