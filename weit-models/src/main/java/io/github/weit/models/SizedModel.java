package io.github.weit.models;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.artefact.ModelInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A family at one size with dense weights: what the constraint leaves behind once weights are
 * composed.
 *
 * @param family the architecture
 * @param size its size
 * @param weights every weight under its parameter path: all that is learnt; closed with this
 * @param statistics the running statistics of batch norms, or none where they have not been
 *     measured since the weights changed; closed with this
 * @param provenance how the weights came to be, and, for {@link ImageFacts#of}, what the classes
 *     are called and how images are normalised, as far as that is known
 */
public record SizedModel(
    Family family,
    Size size,
    NamedArrays weights,
    NamedArrays statistics,
    Map<String, String> provenance)
    implements AutoCloseable {

  /** Checks that the weights are those of the family at the size. */
  public SizedModel {
    provenance = Map.copyOf(provenance);
    requireThose(family.weights(size), weights, family, size);
    if (statistics.size() > 0) {
      requireThose(family.statistics(size), statistics, family, size);
    }
  }

  private static void requireThose(
      List<WeightType> types, NamedArrays arrays, Family family, Size size) {
    int count = requireShapes(types, arrays, family, size);
    if (count != arrays.size()) {
      throw new WeitException(
          "%s of size %s has %d arrays, found %d".formatted(family, size, count, arrays.size()));
    }
  }

  /** Asserts that there is an array of each type's shape under each of its names; how many. */
  static int requireShapes(List<WeightType> types, NamedArrays arrays, Family family, Size size) {
    int count = 0;
    for (WeightType type : types) {
      Shape expected = type.denseShape();
      for (String name : type.parameterNames()) {
        Shape found = arrays.get(name).getShape();
        if (!found.equals(expected)) {
          throw new WeitException(
              "%s of size %s: '%s' must have shape %s, found %s"
                  .formatted(family, size, name, expected, found));
        }
        count++;
      }
    }
    return count;
  }

  /** A model whose statistics, if it has any, have not been measured, and that has no history. */
  public SizedModel(Family family, Size size, NamedArrays weights) {
    this(family, size, weights, NamedArrays.of(Map.of()));
  }

  /** A model that has no history. */
  public SizedModel(Family family, Size size, NamedArrays weights, NamedArrays statistics) {
    this(family, size, weights, statistics, Map.of());
  }

  /** The same arrays, not copied, with another history. */
  public SizedModel withProvenance(Map<String, String> value) {
    return new SizedModel(family, size, weights, statistics, value);
  }

  /** A model with the family's usual random weights, in {@code manager}. */
  public static SizedModel random(Family family, Size size, NDManager manager, Seed seed) {
    return new SizedModel(family, size, DenseWeights.initial(family.weights(size), manager, seed));
  }

  /**
   * Reads an artefact of dense weights.
   *
   * @param manager owner of the arrays; it decides the device
   * @throws WeitException if the file is missing, broken, no such artefact, or names a family or a
   *     size that this version does not know as it stands there
   */
  public static SizedModel load(Path file, NDManager manager) {
    return Stored.load(file, ArtefactHeader.Kind.WEIGHTS, manager, SizedModel::of);
  }

  private static SizedModel of(Family family, Size size, Artefact artefact) {
    ArtefactHeader header = artefact.header();
    List<WeightType> types = family.weights(size);
    List<WeightType> statistics = family.statistics(size);
    boolean measured = header.types().size() > types.size();
    requireTypes(family, size, header);
    NamedArrays arrays = artefact.weights();
    return new SizedModel(
        family,
        size,
        only(types, arrays),
        only(measured ? statistics : List.of(), arrays),
        header.provenance());
  }

  /**
   * Asserts that a file's weight types are those of its family and size; those of statistics may
   * follow where it holds dense weights.
   *
   * @throws WeitException naming the first that is not
   */
  public static void requireTypes(Family family, Size size, ArtefactHeader header) {
    List<WeightType> types = family.weights(size);
    boolean measured =
        header.kind() == ArtefactHeader.Kind.WEIGHTS && header.types().size() > types.size();
    Templates.requireSameTypes(
        measured ? joined(types, family.statistics(size)) : types, header.types());
  }

  /**
   * The file that {@link #load} reads; the arrays are shared, not copied.
   *
   * @param provenance how the weights came to be; of images what {@code DataFacts} says of them
   * @return shares this model's arrays: closing it closes them. {@link #save} spares that thought
   * @throws WeitException if the provenance names another number of classes
   */
  public Artefact artefact(Map<String, String> provenance) {
    ImageFacts.requireClasses(provenance, family.classes());
    ModelInfo info = family.info(size);
    List<WeightType> measured = statistics.size() == 0 ? List.of() : family.statistics(size);
    return Artefact.ofWeights(info, joined(family.weights(size), measured), arrays(), provenance);
  }

  /**
   * Writes the file that {@link #load} reads, as a whole or not at all, with this model's
   * provenance; it stays open.
   *
   * @throws WeitException if the file system refuses
   */
  public void save(Path file) {
    save(file, provenance);
  }

  /**
   * The same with another history.
   *
   * @param provenance as for {@link #artefact}
   * @throws WeitException if the file system refuses, or the provenance names another number of
   *     classes
   */
  public void save(Path file, Map<String, String> provenance) {
    artefact(provenance).save(file);
  }

  private static List<WeightType> joined(List<WeightType> first, List<WeightType> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static NamedArrays only(List<WeightType> types, NamedArrays arrays) {
    Map<String, NDArray> found = new LinkedHashMap<>();
    types.forEach(type -> type.parameterNames().forEach(name -> found.put(name, arrays.get(name))));
    return NamedArrays.of(found);
  }

  /** Weights and statistics together, as a forward pass takes them. */
  public NamedArrays arrays() {
    return statistics.size() == 0 ? weights : weights.and(statistics);
  }

  /**
   * Whether batch norms wait for {@link #calibrate}. What changes weights in place cannot tell this
   * model: statistics that are there stay what they were, so measure them anew after training.
   */
  public boolean needsCalibration() {
    return statistics.size() == 0 && needsStatistics();
  }

  /**
   * The same weights, not copied, with the running statistics of batch norms measured anew: the
   * mean over batches of what each norm sees, as PyTorch keeps it with {@code momentum=None}. A
   * model that was composed, or averaged, or trained since the last time, predicts nonsense
   * without.
   *
   * @param batches some of the training images, {@code (batch, ...inputShape)} each; one that is
   *     smaller counts as much as the others
   * @return shares the weights; statistics that this model has stay open beside it, to be closed if
   *     nobody reads them any more
   * @throws WeitException if there is no batch
   */
  public SizedModel calibrate(Iterable<NDArray> batches) {
    return needsStatistics() ? Calibration.of(this, batches) : this;
  }

  private boolean needsStatistics() {
    return !family.statistics(size).isEmpty();
  }

  /**
   * A model composed from templates and scalers; a copy in {@code manager}, free of both. Scalers
   * of another size are resized, see {@link Resize#parting}.
   */
  public static SizedModel compose(
      Family family, Size size, TemplateBank bank, ScalerSet scalers, NDManager manager) {
    try (NDManager scratch = manager.newSubManager()) {
      ScalerSet resized =
          scalers.copyTo(scratch).resize(family.weights(size), Resize.parting(new Seed(0)));
      return new SizedModel(family, size, bank.frozen(scratch).composeTo(manager, resized));
    }
  }

  /**
   * Logits of a batch, without randomness. They are for predicting: gradients of the weights are
   * not recorded; those of the images are if the array itself requires them. Several threads may
   * ask at once, each with images in a manager of its own.
   *
   * @param images {@code (batch, ...inputShape)}, normalised
   * @return {@code (batch, classes)}, in the images' manager; nothing else is left there
   * @throws WeitException if this model {@link #needsCalibration}, or the images have another shape
   *     or type
   */
  public NDArray logits(NDArray images) {
    requireCalibrated();
    family.requireInput(images, weights);
    return Prediction.of(images, input -> family.forward(arrays(), size, input, Pass.evaluation()));
  }

  /** The parameter paths of what depends on the number of classes: the head. */
  public List<String> headNames() {
    return headNames(family, size);
  }

  static List<String> headNames(Family family, Size size) {
    Map<String, WeightType> others = new LinkedHashMap<>();
    family
        .withClasses(family.classes() + 1)
        .weights(size)
        .forEach(type -> others.put(type.name(), type));
    return family.weights(size).stream()
        .filter(type -> !type.equals(others.get(type.name())))
        .flatMap(type -> type.parameterNames().stream())
        .toList();
  }

  /**
   * The same weights under a head with the family's usual random start, for other classes; all
   * arrays are copies in {@code manager}. Nothing is known of those classes' images, so there is no
   * provenance.
   */
  public SizedModel withFreshHead(int classes, NDManager manager, Seed seed) {
    Family other = family.withClasses(classes);
    List<String> head = headNames();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try (NDManager scratch = manager.newSubManager()) {
      NamedArrays initial = DenseWeights.initial(other.weights(size), scratch, seed);
      initial.forEach(
          (name, array) -> arrays.put(name, head.contains(name) ? array : weights.get(name)));
      return new SizedModel(
          other, size, NamedArrays.of(arrays).copyTo(manager), statistics.copyTo(manager));
    }
  }

  public Cost cost() {
    return family.cost(size);
  }

  /**
   * An ordinary DJL model with copies of the weights; the caller closes it. To begin a training
   * there with an untrained model, give a {@link FamilyBlock} to a model of DJL's.
   *
   * @throws WeitException if this model {@link #needsCalibration}
   */
  public Model toDjl(String name) {
    requireCalibrated();
    FamilyBlock block = new FamilyBlock(family, size, new Seed(0));
    NDArray first = weights.asMap().values().iterator().next();
    Model model = Model.newInstance(name, first.getDevice(), "PyTorch");
    block.set(model.getNDManager(), arrays());
    model.setBlock(block);
    return model;
  }

  /**
   * A DJL model that knows its translator, with copies of the weights: {@code newPredictor()}
   * classifies pictures. The caller closes it.
   *
   * @throws WeitException if {@link #provenance} does not say what the classes are called and how
   *     images are normalised, or this model {@link #needsCalibration}
   */
  public ZooModel<Image, Classifications> toZooModel(String name) {
    return toZooModel(name, ImageFacts.of(provenance));
  }

  /**
   * The same for images that are known from elsewhere.
   *
   * @param facts class names and normalisation of the images it was trained on
   * @throws WeitException if the facts do not fit the family, or this model {@link
   *     #needsCalibration}
   */
  public ZooModel<Image, Classifications> toZooModel(String name, ImageFacts facts) {
    requireCalibrated();
    ImageTranslator translator = new ImageTranslator(family, facts);
    return new ZooModel<>(toDjl(name), translator);
  }

  private void requireCalibrated() {
    if (needsCalibration()) {
      throw new WeitException(
          "the running statistics of batch norms have not been measured; calibrate the model on some of its training images first");
    }
  }

  /** Closes all arrays. None may be in use: a prediction of another thread would end the JVM. */
  @Override
  public void close() {
    weights.close();
    statistics.close();
  }
}
