package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.CifarBinaries.Variant;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Well-known data sets, where their files come from, and their checksums. */
public enum NamedDataSet {
  /** 50,000 + 10,000 colour photographs of 32x32 in 10 classes (Krizhevsky 2009). */
  CIFAR10("cifar10", CifarClasses.CIFAR10, cifar("cifar-10-binary.tar.gz", Hashes.CIFAR10)),

  /** 50,000 + 10,000 colour photographs of 32x32 in 100 classes (Krizhevsky 2009). */
  CIFAR100(
      "cifar100", CifarClasses.CIFAR100_FINE, cifar("cifar-100-binary.tar.gz", Hashes.CIFAR100)),

  /** 60,000 + 10,000 grey digits of 28x28 (LeCun, Cortes, Burges 1998). */
  MNIST(
      "mnist",
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
      idx("https://ossci-datasets.s3.amazonaws.com/mnist/", Hashes.MNIST)),

  /**
   * 60,000 + 10,000 grey pieces of clothing of 28x28 in 10 classes (Xiao, Rasul, Vollgraf 2017).
   */
  FASHION_MNIST(
      "fashion-mnist",
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot"),
      idx(
          "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
          Hashes.FASHION_MNIST));

  private final String id;
  private final List<String> classes;
  private final List<RemoteFile> files;

  NamedDataSet(String id, List<String> classes, List<RemoteFile> files) {
    this.id = id;
    this.classes = classes;
    this.files = files;
  }

  /** The name that users write, for example {@code "cifar10"}. */
  public String id() {
    return id;
  }

  public List<String> classes() {
    return classes;
  }

  /** One archive (CIFAR), or images and labels for training and for test (MNIST). */
  public List<RemoteFile> files() {
    return files;
  }

  Variant variant() {
    return this == CIFAR10 ? Variant.CIFAR10 : Variant.CIFAR100_FINE;
  }

  /**
   * The data set that users call {@code id}.
   *
   * @throws WeitException with the known names
   */
  public static NamedDataSet of(String id) {
    for (NamedDataSet set : values()) {
      if (set.id.equals(id)) {
        return set;
      }
    }
    throw new WeitException(
        "No data set is called \"%s\"; known are %s, or name a folder or archive of class folders"
            .formatted(
                id,
                Arrays.stream(values()).map(NamedDataSet::id).collect(Collectors.joining(", "))));
  }

  private static List<RemoteFile> cifar(String name, String sha256) {
    URI uri = URI.create("https://www.cs.toronto.edu/~kriz/" + name);
    return List.of(new RemoteFile(name, uri, sha256));
  }

  private static List<RemoteFile> idx(String folder, List<String> hashes) {
    List<String> names =
        List.of(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz");
    return List.of(
        new RemoteFile(names.get(0), URI.create(folder + names.get(0)), hashes.get(0)),
        new RemoteFile(names.get(1), URI.create(folder + names.get(1)), hashes.get(1)),
        new RemoteFile(names.get(2), URI.create(folder + names.get(2)), hashes.get(2)),
        new RemoteFile(names.get(3), URI.create(folder + names.get(3)), hashes.get(3)));
  }

  /** SHA-256 of the published files, as TensorFlow Datasets and others check them too. */
  private static final class Hashes {
    static final String CIFAR10 =
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd";
    static final String CIFAR100 =
        "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec";
    static final List<String> MNIST =
        List.of(
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6");
    static final List<String> FASHION_MNIST =
        List.of(
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5");

    private Hashes() {}
  }
}
