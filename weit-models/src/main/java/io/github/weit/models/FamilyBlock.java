package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.engine.Ops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of one size as an ordinary DJL block, whose parameters are named by their parameter
 * paths. Input {@code (batch, ...inputShape)}, output logits {@code (batch, classes)}. In training,
 * batch norms use the batch's statistics, and running ones follow them. Otherwise nothing is
 * recorded for gradients of the weights, and of the input only where the array itself requires one.
 */
public final class FamilyBlock extends AbstractBlock {

  private static final byte VERSION = 1;
  private static final double MOMENTUM = 0.1;

  private final Family family;
  private final Size size;
  private final Seed seed;

  /**
   * A block without values; they come from {@link #set}, from {@code Model.load}, or, if neither
   * was called, from the family's usual random start when the block is initialised.
   *
   * @param seed of that random start
   */
  public FamilyBlock(Family family, Size size, Seed seed) {
    super(VERSION);
    this.family = family;
    this.size = size;
    this.seed = seed;
    for (WeightType type : family.weights(size)) {
      for (String name :
          type.parameterNames()) { // no shape: the engine takes a shape or an array, not both
        addParameter(Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build());
      }
    }
    for (WeightType type : family.statistics(size)) {
      boolean mean = type.name().endsWith(BatchNorms.MEAN);
      Parameter.Type kind = mean ? Parameter.Type.RUNNING_MEAN : Parameter.Type.RUNNING_VAR;
      for (String name : type.parameterNames()) {
        addParameter(
            Parameter.builder().setName(name).setType(kind).optRequiresGrad(false).build());
      }
    }
  }

  public Family family() {
    return family;
  }

  public Size size() {
    return size;
  }

  /**
   * Gives every parameter a copy of the array of its name, in {@code manager} if it had none yet.
   *
   * @param weights and running statistics; without statistics the block has those of an untrained
   *     model
   * @throws io.github.weit.core.WeitException if one is missing or of another size
   */
  public void set(NDManager manager, NamedArrays weights) {
    List<WeightType> statistics = family.statistics(size);
    if (!statistics.isEmpty() && !weights.contains(statistics.get(0).parameterNames().get(0))) {
      try (NamedArrays untrained = DenseWeights.initial(statistics, manager, seed)) {
        set(manager, weights.and(untrained));
        return;
      }
    }
    SizedModel.requireShapes(family.weights(size), weights, family, size);
    SizedModel.requireShapes(statistics, weights, family, size);
    parameters.forEach(
        (name, parameter) -> {
          try (NDArray detached = weights.get(name).stopGradient()) {
            if (parameter.isInitialized()) {
              detached.copyTo(parameter.getArray());
            } else {
              NDArray copy = detached.duplicate();
              copy.attach(manager);
              parameter.setArray(copy);
            }
          }
        });
    if (inputShapes
        == null) { // or the engine would hold the block for one without values, and not save it
      beforeInitialize(new Shape(1).addAll(family.inputShape()));
    }
  }

  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... shapes) {
    boolean empty = parameters.values().stream().noneMatch(Parameter::isInitialized);
    if (empty) {
      try (NamedArrays initial = DenseWeights.initial(family.weights(size), manager, seed);
          NamedArrays measured = DenseWeights.initial(family.statistics(size), manager, seed)) {
        set(manager, initial.and(measured));
      }
    }
    super.initialize(manager, dataType, shapes);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray input = inputs.singletonOrThrow();
    Map<String, NDArray> weights = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) ->
            weights.put(name, store.getValue(parameter, input.getDevice(), training)));
    NamedArrays arrays = NamedArrays.of(weights);
    if (!training) {
      return new NDList(
          Prediction.of(input, images -> family.forward(arrays, size, images, Pass.evaluation())));
    }
    Pass pass =
        Pass.measuring(
            (path, mean, variance) -> {
              follow(weights.get(path + BatchNorms.MEAN), mean);
              follow(weights.get(path + BatchNorms.VARIANCE), variance);
            });
    return new NDList(family.forward(arrays, size, input, pass));
  }

  /** Moves a running statistic a tenth of the way, PyTorch's momentum. */
  private static void follow(NDArray running, NDArray seen) {
    try (NDArray distance = seen.sub(running);
        NDArray step = distance.mul(Ops.scalarLike(distance, MOMENTUM))) {
      running.addi(step);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), family.classes())};
  }
}
