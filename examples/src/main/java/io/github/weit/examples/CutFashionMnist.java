package io.github.weit.examples;

import io.github.weit.training.data.IdxFiles;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.NamedDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts the data set of {@link EmbeddedFashionMnist} out of the whole of Fashion-MNIST: the first
 * images of each class, in their order. No randomness.
 *
 * <p>Arguments: the folder of the four published files, and the folder to write to.
 */
public final class CutFashionMnist {
  private static final int TRAIN_PER_CLASS = 1_000;
  private static final int TEST_PER_CLASS = 200;

  private CutFashionMnist() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("Expected: <folder of Fashion-MNIST> <target folder>");
    }
    Path source = Path.of(arguments[0]);
    Path target = Files.createDirectories(Path.of(arguments[1]));
    cut(source, "train", target, "train", TRAIN_PER_CLASS);
    cut(source, "t10k", target, "test", TEST_PER_CLASS);
  }

  private static void cut(Path source, String from, Path target, String to, int perClass)
      throws IOException {
    List<String> classes = NamedDataSet.FASHION_MNIST.classes();
    ImageSet all =
        IdxFiles.read(
            source.resolve(from + "-images-idx3-ubyte.gz"),
            source.resolve(from + "-labels-idx1-ubyte.gz"),
            "fashion-mnist/" + to,
            classes);
    ImageSet part = firstOfEachClass(all, perClass);
    IdxFiles.write(
        part,
        target.resolve(to + "-images-idx3-ubyte.gz"),
        target.resolve(to + "-labels-idx1-ubyte.gz"));
    System.out.println(part + ", SHA-256 of the set " + part.sha256());
  }

  /** The first {@code perClass} images of each class, in the order of the whole. */
  static ImageSet firstOfEachClass(ImageSet all, int perClass) {
    int[] seen = new int[all.classes().size()];
    IntStream.Builder chosen = IntStream.builder();
    for (int i = 0; i < all.size(); i++) {
      if (seen[all.label(i)]++ < perClass) {
        chosen.add(i);
      }
    }
    return all.select(
        all.id() + "[first " + perClass + " of each class]", chosen.build().toArray());
  }
}
