package io.github.weit.models;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
import io.github.weit.core.artefact.ModelInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A family at one size with dense weights: what the constraint leaves behind once weights are
 * composed.
 *
 * @param family the architecture
 * @param size its size
 * @param weights every weight under its parameter path; closed with this
 */
public record SizedModel(Family family, Size size, NamedArrays weights) implements AutoCloseable {

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
    Artefact artefact = Artefact.load(file, ArtefactHeader.Kind.WEIGHTS, manager);
    try {
      ArtefactHeader header = artefact.header();
      Family family = Families.of(header.model().family(), header.model().options());
      Size size = Size.parse(header.model().size());
      Templates.requireSameTypes(family.weights(size), header.types());
      return new SizedModel(family, size, artefact.weights());
    } catch (WeitException e) {
      artefact.close();
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The file that {@link #load} reads; the arrays are shared, not copied.
   *
   * @param provenance how the weights came to be
   */
  public Artefact artefact(Map<String, String> provenance) {
    ModelInfo info = new ModelInfo(family.id(), family.options(), size.toString());
    return Artefact.ofWeights(info, family.weights(size), weights, provenance);
  }

  /** A model composed from templates and scalers; a copy in {@code manager}, free of both. */
  public static SizedModel compose(
      Family family, Size size, TemplateBank bank, ScalerSet scalers, NDManager manager) {
    try (NDManager scratch = manager.newSubManager();
        TemplateBank templates = bank.copyTo(scratch);
        ScalerSet own = scalers.copyTo(scratch)) {
      NamedArrays composed = templates.compose(own.resize(family.weights(size), Resize.standard()));
      return new SizedModel(family, size, composed.copyTo(manager));
    }
  }

  /**
   * Logits of a batch, without randomness.
   *
   * @param images {@code (batch, ...inputShape)}
   * @return {@code (batch, classes)}
   */
  public NDArray logits(NDArray images) {
    return family.forward(weights, size, images, Pass.evaluation());
  }

  /** The parameter paths of what depends on the number of classes: the head. */
  public List<String> headNames() {
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
   * arrays are copies in {@code manager}.
   */
  public SizedModel withFreshHead(int classes, NDManager manager, Seed seed) {
    Family other = family.withClasses(classes);
    List<String> head = headNames();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try (NDManager scratch = manager.newSubManager()) {
      NamedArrays initial = DenseWeights.initial(other.weights(size), scratch, seed);
      initial.forEach(
          (name, array) -> arrays.put(name, head.contains(name) ? array : weights.get(name)));
      return new SizedModel(other, size, NamedArrays.of(arrays).copyTo(manager));
    }
  }

  public Cost cost() {
    return family.cost(size);
  }

  /** An ordinary DJL model with copies of the weights; the caller closes it. */
  public Model toDjl(String name) {
    FamilyBlock block = new FamilyBlock(family, size, new Seed(0));
    NDArray first = weights.asMap().values().iterator().next();
    Model model = Model.newInstance(name, first.getDevice(), "PyTorch");
    block.set(model.getNDManager(), weights);
    model.setBlock(block);
    return model;
  }

  @Override
  public void close() {
    weights.close();
  }
}
