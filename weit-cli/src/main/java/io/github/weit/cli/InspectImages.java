package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.CifarBinaries;
import io.github.weit.training.data.CifarBinaries.Variant;
import io.github.weit.training.data.IdxFiles;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.NamedDataSet;
import io.github.weit.training.data.NamedDataSets;
import io.github.weit.training.data.NamedDataSets.Split;
import io.github.weit.training.data.NoImagesException;
import io.github.weit.training.data.PackedImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Labelled images.
 *
 * @param what names them
 * @param parts reads them
 */
record InspectImages(String what, Parts parts) implements Inspection {

  /** Reads one or several sets, and hands on each before it reads the next. */
  private interface Parts {
    void read(Consumer<ImageSet> show);
  }

  /** Class folders: those in train/ and test/, or the source's own where there is no train/. */
  static InspectImages pictures(Path source, ImageFolderOptions options) {
    String id = ImageOptions.id(source);
    return new InspectImages(
        source.toString(),
        show -> {
          Optional<ImageSet> train = part(source, id, options, "train");
          if (train.isEmpty()) {
            show.accept(ImageFolders.read(source, id, options));
            return;
          }
          show.accept(train.get());
          List<String> classes = train.get().classes();
          part(source, id, options, "test")
              .ifPresent(
                  test -> {
                    show.accept(test);
                    ImageChecks.requireClasses(
                        id + "/train", classes, test, ImageChecks.SAME_FOLDERS);
                  });
        });
  }

  private static Optional<ImageSet> part(
      Path source, String id, ImageFolderOptions options, String name) {
    try {
      String partId = id + "/" + name;
      return Optional.of(ImageFolders.read(source, partId, options.withSubPath(name)));
    } catch (NoImagesException e) {
      return Optional.empty();
    }
  }

  /** All parts of a file of packed images. */
  static InspectImages packed(Path file) {
    return new InspectImages(
        file.toString(),
        show ->
            PackedImages.parts(file).forEach(part -> show.accept(PackedImages.read(file, part))));
  }

  /** Both parts of a data set that has been fetched already. */
  static InspectImages named(NamedDataSet set, Path folder) {
    NamedDataSets sets = new NamedDataSets(folder, false, new FetchLine());
    return new InspectImages(
        set.id(),
        show -> {
          for (Split split : Split.values()) {
            show.accept(sets.read(set, split));
          }
        });
  }

  static InspectImages idx(Path images, Path labels, int classes) {
    return new InspectImages(
        images + " and " + labels,
        show -> show.accept(IdxFiles.read(images, labels, ImageOptions.id(images), classes)));
  }

  /** CIFAR-10 or CIFAR-100, which is told by the size of its records. */
  static InspectImages cifar(List<Path> files) {
    return new InspectImages(
        files.toString(),
        show -> {
          Variant variant = variant(files);
          show.accept(CifarBinaries.read(files, variant, ImageOptions.id(files.get(0))));
        });
  }

  private static Variant variant(List<Path> files) {
    if (files.stream().allMatch(file -> size(file) % Variant.CIFAR10.recordBytes() == 0)) {
      return Variant.CIFAR10;
    }
    if (files.stream().allMatch(file -> size(file) % Variant.CIFAR100_FINE.recordBytes() == 0)) {
      return Variant.CIFAR100_FINE;
    }
    throw new WeitException(
        "%s: expected whole records of %d (CIFAR-10) or %d bytes (CIFAR-100), found %s bytes"
            .formatted(
                files,
                Variant.CIFAR10.recordBytes(),
                Variant.CIFAR100_FINE.recordBytes(),
                files.stream().map(InspectImages::size).toList()));
  }

  private static long size(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new WeitException(file + " is no file");
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new WeitException("cannot read " + file + ": " + e, e);
    }
  }

  @Override
  public void print() {
    System.out.println(what);
    parts.read(InspectImages::print);
  }

  private static void print(ImageSet set) {
    Facts.print("data.id", set.id());
    Facts.print("images", Quantity.exact(set.size()));
    Facts.print("shape", "%sx%sx%s".formatted(set.channels(), set.height(), set.width()));
    Facts.print("classes", set.classes().size());
    Facts.print("data.sha256", set.sha256());
    System.out.println();
    TextTable table = new TextTable("class", "images");
    int[] counts = set.classCounts();
    for (int i = 0; i < counts.length; i++) {
      table.row(OneLine.of(set.classes().get(i)), counts[i]);
    }
    System.out.println(table);
  }
}
