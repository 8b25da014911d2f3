package io.github.weit.examples;

import io.github.weit.training.data.IdxFiles;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.NamedDataSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A part of Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747) that comes with the
 * examples, so that they run without network: the first 1,000 training images and the first 200
 * test images of each of the ten classes. {@link CutFashionMnist} made it.
 *
 * <p>It is for learning and for smoke tests; numbers to be compared with others need all of the
 * data.
 */
public final class EmbeddedFashionMnist {
  private static final String FOLDER = "fashion-mnist/";

  private EmbeddedFashionMnist() {}

  /** 10,000 grey images of 28x28 in 10 classes, equally many of each. */
  public static ImageSet train() {
    return read("train");
  }

  /** 2,000 grey images of 28x28 in 10 classes, equally many of each. */
  public static ImageSet test() {
    return read("test");
  }

  private static ImageSet read(String split) {
    String images = FOLDER + split + "-images-idx3-ubyte.gz";
    String labels = FOLDER + split + "-labels-idx1-ubyte.gz";
    try (InputStream imageBytes = open(images);
        InputStream labelBytes = open(labels)) {
      String id = "fashion-mnist-embedded/" + split;
      return IdxFiles.read(
          imageBytes, images, labelBytes, labels, id, NamedDataSet.FASHION_MNIST.classes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = EmbeddedFashionMnist.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("This jar was built without its resource " + name);
    }
    return in;
  }
}
