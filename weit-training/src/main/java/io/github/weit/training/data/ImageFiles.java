package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import io.github.weit.core.images.Resampling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images without classes, to predict and not to learn from; decoded and resized as {@link
 * ImageFolders} does, so that a model sees what it was trained on. PNG, JPEG, BMP and GIF.
 */
public final class ImageFiles {

  private ImageFiles() {}

  /**
   * The files that are named, whatever their names, and the images of folders that are, at any
   * depth, in the order of their names. Hidden files and folders in them are passed over, links to
   * folders in them are not followed.
   *
   * @throws WeitException if a folder holds no image or cannot be listed; of a file that is not
   *     there {@link #read} says so
   */
  public static List<Path> find(List<Path> places) {
    List<Path> files = new ArrayList<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        List<Path> found = imagesIn(place);
        if (found.isEmpty()) {
          throw new WeitException(
              place + ": it holds no image; expected PNG, JPEG, BMP or GIF files in it");
        }
        files.addAll(found);
      } else {
        files.add(place);
      }
    }
    return files;
  }

  private static List<Path> imagesIn(Path folder) {
    try (Stream<Path> paths = Files.walk(folder.toRealPath())) {
      Path root = folder.toRealPath();
      return paths
          .filter(path -> !path.equals(root))
          .map(root::relativize)
          .filter(path -> ImageEntries.isImage(path.getFileName().toString()) && isShown(path))
          .map(folder::resolve)
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw unlisted(folder, e.getCause());
    } catch (IOException e) {
      throw unlisted(folder, e);
    }
  }

  private static WeitException unlisted(Path folder, IOException e) {
    return new WeitException("cannot list the images in %s: %s".formatted(folder, e), e);
  }

  private static boolean isShown(Path path) {
    for (Path part : path) {
      if (ImageEntries.isHidden(part.toString())) {
        return false;
      }
    }
    return true;
  }

  /**
   * One image, as unsigned bytes.
   *
   * @param channels 1 or 3; colours become grey and grey becomes colours where it has others
   * @return {@code (channels, height, width)}
   * @throws WeitException if it cannot be read
   */
  public static byte[] read(Path file, int channels, int height, int width) {
    byte[] encoded;
    try {
      encoded = ImageEntries.readFile(file);
    } catch (NoSuchFileException e) {
      throw new WeitException(file + ": no such file or folder; expected images", e);
    } catch (IOException e) {
      throw new WeitException("cannot read %s: %s".formatted(file, Reason.of(e)), e);
    }
    ImageDecoder.Decoded image = ImageDecoder.decode(encoded, channels, file.toString());
    return Resampling.bilinear(
        image.bytes(), channels, image.height(), image.width(), height, width);
  }
}
