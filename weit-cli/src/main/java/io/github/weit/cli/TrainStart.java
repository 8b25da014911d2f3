package io.github.weit.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ordinary training starts from.
 *
 * @param model in the command's manager
 * @param normalisation of its images
 * @param provenance where it comes from
 */
record TrainStart(SizedModel model, Normalisation normalisation, Map<String, String> provenance) {

  /** A family's usual random weights. */
  static TrainStart random(
      Family family, Size size, ImageSet images, NDManager manager, Seed seed) {
    SizedModel model = SizedModel.random(family, size, manager, seed.child("start"));
    System.out.println("start: random weights of " + size + ", " + family);
    return new TrainStart(model, Normalisation.of(images), Map.of("start", "random"));
  }

  /**
   * The weights of a file, under a fresh head if the images have other classes.
   *
   * @param adapt whether they are made to fit images of another size or number of channels
   */
  static TrainStart of(Path path, ImageSet images, boolean adapt, NDManager manager, Seed seed) {
    WeightsFile file = WeightsFile.load(path, manager);
    Family family = file.model().family();
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("parent.sha256", Hashes.sha256(path));
    if (adapt && !ImageChecks.haveShape(family, images)) {
      return adapted(path, file, images, provenance, manager, seed);
    }
    if (ImageChecks.areSquare(images)) {
      ImageChecks.requireShape(
          path.toString(), family, images, "--adapt makes the weights fit them");
    }
    ImageChecks.requireShape(path.toString(), family, images);
    if (file.classes().equals(images.classes())) {
      System.out.printf(
          Locale.ROOT,
          "start: all %d weights of %s (%s)%n",
          file.model().weights().size(),
          path,
          file.model().size());
      return new TrainStart(file.model(), file.normalisation(), provenance);
    }
    List<String> head = file.model().headNames();
    SizedModel fresh =
        file.model().withFreshHead(images.classes().size(), manager, seed.child("head"));
    long numbers = head.stream().map(fresh.weights()::get).mapToLong(NDArray::size).sum();
    System.out.printf(
        Locale.ROOT,
        "start: other classes than in %s (%d there, %d here): kept %d weights (%s numbers); fresh:"
            + " %s (%s numbers)%n",
        path,
        file.classes().size(),
        images.classes().size(),
        fresh.weights().size() - head.size(),
        Quantity.exact(fresh.weights().elements() - numbers),
        String.join(", ", head),
        Quantity.exact(numbers));
    provenance.put("fresh", String.join(" ", head));
    file.close();
    return new TrainStart(fresh, file.normalisation(), provenance);
  }

  /** Images of other classes or channels are normalised by their own mean and deviation. */
  private static TrainStart adapted(
      Path path,
      WeightsFile file,
      ImageSet images,
      Map<String, String> provenance,
      NDManager manager,
      Seed seed) {
    ImageChecks.requireSquare(images);
    Family family = file.model().family();
    boolean sameClasses = file.classes().equals(images.classes());
    boolean sameColours = family.inputShape().get(0) == images.channels();
    ImageTransfer other =
        ImageTransfer.of(family, images.height(), images.channels(), images.classes().size());
    ImageTransfer transfer = sameClasses ? other.keepingHead() : other;
    ImageTransfer.Parts parts = transfer.parts(file.model().size());
    SizedModel model = transfer.adapt(file.model(), manager, seed.child("head"));
    System.out.printf(
        Locale.ROOT,
        "start: weights of %s (%s) for images of %s: %s%n",
        path,
        file.model().size(),
        ImageChecks.shape(images),
        parts);
    provenance.put("adapted", String.join(" ", parts.adapted()));
    if (!parts.fresh().isEmpty()) {
      provenance.put("fresh", String.join(" ", parts.fresh()));
    }
    file.close();
    return new TrainStart(
        model,
        sameClasses && sameColours ? file.normalisation() : Normalisation.of(images),
        provenance);
  }
}
