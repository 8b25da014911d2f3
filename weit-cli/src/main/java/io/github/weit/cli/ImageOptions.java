package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.NamedDataSet;
import io.github.weit.training.data.NamedDataSets;
import io.github.weit.training.data.NamedDataSets.Split;
import io.github.weit.training.data.NoImagesException;
import io.github.weit.training.data.PackedImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the images that a command works on are found and read. */
final class ImageOptions {

  /** What a command says of its {@code --data}. */
  static final String DATA =
      "cifar10, cifar100, mnist or fashion-mnist (fetched once, with checksums), or a folder or"
          + " archive (.zip, .tar, .tar.gz) that holds train/CLASS/IMAGE and test/CLASS/IMAGE, or what"
          + " weit pack made of one; a folder of such a name is ./cifar10.";

  @Option(
      names = "--data-folder",
      paramLabel = "FOLDER",
      description = "Where fetched data sets are kept (default: ~/.weit/data).")
  private Optional<Path> folder = Optional.empty();

  @Option(names = "--offline", description = "Never fetch: say how to get what is missing.")
  private boolean offline;

  @Mixin private PictureOptions pictures;

  /** The training images, of two classes or more. */
  ImageSet train(String data) {
    ImageSet train = read(data, Split.TRAIN);
    if (train.classes().size() < 2) {
      throw new WeitException(
          "%s has one class, '%s': expected two or more folders of images, one for each class"
              .formatted(train.id(), train.classes().get(0)));
    }
    return train;
  }

  ImageSet test(String data) {
    return read(data, Split.TEST);
  }

  /** The test images, if the data have any; else it is said that there are none. */
  Optional<ImageSet> testIfAny(String data) {
    Optional<ImageSet> found = isFolderWithoutTest(data) ? Optional.empty() : testOfArchive(data);
    if (found.isEmpty()) {
      System.out.println(data + " has no test images: nothing is measured");
    }
    return found;
  }

  private static boolean isFolderWithoutTest(String data) {
    Path path = Path.of(data);
    return named(data).isEmpty()
        && Files.isDirectory(path)
        && !Files.isDirectory(path.resolve("test"));
  }

  private Optional<ImageSet> testOfArchive(String data) {
    try {
      return Optional.of(test(data));
    } catch (NoImagesException e) {
      return Optional.empty(); // an archive without test/
    }
  }

  /** The set of that name, whatever folder is called so too. */
  static Optional<NamedDataSet> named(String data) {
    return Arrays.stream(NamedDataSet.values()).filter(set -> set.id().equals(data)).findFirst();
  }

  private ImageSet read(String data, Split split) {
    Optional<NamedDataSet> named = named(data);
    if (named.isPresent()) {
      pictures.requireNone(data);
      Path where = folder.orElseGet(NamedDataSets::standardFolder);
      return new NamedDataSets(where, !offline, new FetchLine()).read(named.get(), split);
    }
    Path path = Path.of(data);
    if (!Files.exists(path)) {
      throw new WeitException(
          "no data at '%s': expected cifar10, cifar100, mnist, fashion-mnist, or a folder or archive with train/ and test/"
              .formatted(data));
    }
    String part = split == Split.TRAIN ? "train" : "test";
    if (PackedImages.is(path)) {
      pictures.requireNone(data);
      return PackedImages.read(path, part);
    }
    return ImageFolders.read(path, id(path) + "/" + part, pictures.get().withSubPath(part));
  }

  /** What a folder or archive is called in messages and provenance. */
  static String id(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null // of the root
        ? path.toString()
        : name.toString().replaceFirst("\\.(zip|tar|tgz|tar\\.gz)$", "");
  }
}
