package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.training.data.IdxFiles;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.NamedDataSet;
import io.github.weit.training.data.PackedImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Something that this library reads, and how it is described. None of them needs the engine. */
sealed interface Inspection
    permits InspectArrays, InspectCheckpoints, InspectIdxFile, InspectImages {

  /**
   * Prints what it is.
   *
   * @throws WeitException if anything is wrong with it
   */
  void print();

  /**
   * How data are read that do not say it themselves.
   *
   * @param pictures of folders and archives
   * @param classes of IDX files, 0 for as many as their labels need
   * @param dataFolder where named data sets are
   */
  record Reading(ImageFolderOptions pictures, int classes, Path dataFolder) {}

  /** Tells what it is by its name where that is a promise, and else by its first bytes. */
  static Inspection of(List<String> given, Reading reading) {
    List<Path> files = given.stream().map(Path::of).toList();
    Path file = files.get(0);
    Optional<NamedDataSet> named = ImageOptions.named(given.get(0));
    if (files.size() == 1 && named.isPresent()) {
      return InspectImages.named(named.get(), reading.dataFolder());
    }
    for (Path each : files) {
      if (!Files.exists(each)) {
        throw new WeitException("no such file or folder " + each);
      }
    }
    if (files.stream().allMatch(each -> endsWith(each, ".bin"))) {
      return InspectImages.cifar(files);
    }
    if (files.size() == 1) {
      return one(file, reading);
    }
    List<IdxFiles.Kind> kinds =
        files.stream().filter(Files::isRegularFile).map(IdxFiles::kind).toList();
    if (kinds.equals(List.of(IdxFiles.Kind.IMAGES, IdxFiles.Kind.LABELS))) {
      return InspectImages.idx(file, files.get(1), reading.classes());
    }
    throw new WeitException(
        "expected one file or folder, an IDX file of images and the one of its labels, or .bin files of CIFAR; found "
            + files);
  }

  private static Inspection one(Path file, Reading reading) {
    if (Files.isDirectory(file)) {
      return CheckpointStore.isStep(file) || hasSteps(file)
          ? new InspectCheckpoints(file)
          : InspectImages.pictures(file, reading.pictures());
    }
    if (Stream.of(".zip", ".tar", ".tar.gz", ".tgz").anyMatch(end -> endsWith(file, end))) {
      return InspectImages.pictures(file, reading.pictures());
    }
    if (!Files.isRegularFile(file)) {
      throw new WeitException(file + " is neither a file nor a folder");
    }
    if (PackedImages.is(file)) {
      return InspectImages.packed(file);
    }
    if (endsWith(file, ".safetensors")) {
      return new InspectArrays(file);
    }
    return switch (IdxFiles.kind(file)) {
      case IMAGES -> new InspectIdxFile(file, true);
      case LABELS -> new InspectIdxFile(file, false);
      case OTHER_GZIP ->
          throw new WeitException(
              file + " is gzipped, but neither an IDX file nor named as a .tar.gz or .tgz");
      case OTHER -> {
        if (file.getFileName().toString().contains("idx")) {
          throw new WeitException(
              file + " is no IDX file: it begins neither with 0x00000803 nor with 0x00000801");
        }
        yield new InspectArrays(file);
      }
    };
  }

  private static boolean hasSteps(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.anyMatch(CheckpointStore::isStep);
    } catch (IOException e) {
      throw new WeitException("cannot list " + folder + ": " + e, e);
    }
  }

  private static boolean endsWith(Path file, String end) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(end);
  }
}
