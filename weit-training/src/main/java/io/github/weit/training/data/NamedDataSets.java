package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads {@link NamedDataSet}s from a data folder, fetching from their publishers what is missing.
 *
 * <p>The files of a data set lie in {@code <folder>/<id>/}, under their published names; unpacked
 * ones ({@code cifar-10-batches-bin/}, {@code train-images-idx3-ubyte}) are found too. What is
 * fetched is checked against its SHA-256; what the user put there is checked by the readers only,
 * since it may have been packed anew.
 *
 * <p>DJL's {@code basicdataset} is not used: it fetches from a mirror of its own without a word on
 * what to do offline, and makes arrays on its own threads, where this engine records gradients.
 */
public final class NamedDataSets {

  /** The two parts of a data set. */
  public enum Split {
    TRAIN,
    TEST;

    String id() {
      return this == TRAIN ? "train" : "test";
    }
  }

  private final Path folder;
  private final boolean fetch;
  private final DownloadProgress progress;

  /**
   * @param folder where files are and where they are put
   * @param fetch whether to fetch what is missing, or to say how to get it
   */
  public NamedDataSets(Path folder, boolean fetch, DownloadProgress progress) {
    this.folder = folder;
    this.fetch = fetch;
    this.progress = progress;
  }

  /**
   * The data folder unless users name another: the system property {@code weit.data}, else {@code
   * .weit/data} in their home.
   */
  public static Path standardFolder() {
    String set = System.getProperty("weit.data", "");
    return set.isEmpty() ? Path.of(System.getProperty("user.home"), ".weit", "data") : Path.of(set);
  }

  /**
   * One part of a data set, for example {@code read(NamedDataSet.CIFAR10, Split.TRAIN)}; its id is
   * {@code "cifar10/train"}.
   *
   * @throws WeitException if files are missing and cannot be had, or are damaged
   */
  public ImageSet read(NamedDataSet set, Split split) {
    return switch (set) {
      case CIFAR10, CIFAR100 -> cifar(set, split);
      case MNIST, FASHION_MNIST -> idx(set, split);
    };
  }

  private ImageSet idx(NamedDataSet set, Split split) {
    int first = split == Split.TRAIN ? 0 : 2;
    Path images = file(set, set.files().get(first));
    Path labels = file(set, set.files().get(first + 1));
    return IdxFiles.read(images, labels, id(set, split), set.classes());
  }

  private ImageSet cifar(NamedDataSet set, Split split) {
    boolean ten = set == NamedDataSet.CIFAR10;
    String inside = ten ? "cifar-10-batches-bin/" : "cifar-100-binary/";
    List<String> names =
        ten
            ? split == Split.TRAIN
                ? IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList()
                : List.of("test_batch.bin")
            : List.of(split == Split.TRAIN ? "train.bin" : "test.bin");
    List<String> members = names.stream().map(name -> inside + name).toList();
    List<Path> unpacked = members.stream().map(folder.resolve(set.id())::resolve).toList();
    if (unpacked.stream().allMatch(Files::isRegularFile)) {
      return CifarBinaries.read(unpacked, set.variant(), id(set, split));
    }
    Path archive = file(set, set.files().get(0));
    return CifarBinaries.readArchive(archive, members, set.variant(), id(set, split));
  }

  private static String id(NamedDataSet set, Split split) {
    return set.id() + "/" + split.id();
  }

  private Path file(NamedDataSet set, RemoteFile file) {
    Path own = folder.resolve(set.id());
    if (Files.isRegularFile(own.resolve(file.name()))) {
      return own.resolve(file.name());
    }
    Path unpacked = own.resolve(file.name().replaceFirst("\\.gz$", ""));
    if (!file.name().endsWith(".tar.gz") && Files.isRegularFile(unpacked)) {
      return unpacked;
    }
    if (!fetch) {
      throw new WeitException(
          "%s is missing: %s is not there and fetching is off. Its address is %s. %s"
              .formatted(set.id(), file.name(), file.uri(), Downloads.byHand(file, own)));
    }
    return Downloads.fetch(file, own, progress);
  }
}
