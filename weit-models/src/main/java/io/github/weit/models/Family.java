package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ModelInfo;
import io.github.weit.core.engine.Precision;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An architecture at every size: a table of weight types and a pure function of named weights. The
 * function does not know whether a weight is a leaf or was composed a moment ago.
 */
public interface Family {

  /** The key in {@link #options} of the height and width of an image in pixels. */
  String IMAGE_SIZE = "image_size";

  /** The key in {@link #options} of the number of channels of an image. */
  String CHANNELS = "channels";

  /** The key in {@link #options} of the number of classes that the head tells apart. */
  String CLASSES = "classes";

  /**
   * The name of an axis over the channels of an image. {@link ImageTransfer} sums over it for grey
   * images, and shares what it has among the channels of coloured ones.
   */
  String CHANNEL_AXIS = "channel";

  /**
   * The name of an axis over the places of an image. {@link ImageTransfer} resamples it for images
   * of another size if the family is a {@link Vit}, whose places it knows, and refuses others.
   */
  String TOKEN_AXIS = "token";

  /** The name under which artefacts refer to it, see {@link Families}. */
  String id();

  /** What people call its models, in the plural. */
  default String models() {
    return "models of the family " + id();
  }

  /** Everything beyond {@link #id} that all its sizes have in common, for artefacts. */
  Map<String, String> options();

  /** One of its models, for artefacts and checkpoints. */
  default ModelInfo info(Size size) {
    return new ModelInfo(id(), options(), size.toString());
  }

  /** What a pre-training of many epochs wants of it; empty if nobody measured that. */
  default Optional<LongTraining> longTraining() {
    return Optional.empty();
  }

  /** Width comes in multiples of this. */
  int widthStep();

  /**
   * Asserts that {@code size} is one this family has.
   *
   * @throws WeitException naming the legal sizes near it
   */
  void requireLegal(Size size);

  /** The weight types of a size, in the order of the forward pass; without any array being made. */
  List<WeightType> weights(Size size);

  /**
   * What a size measures instead of learning, the running statistics of batch norms; in the form of
   * weight types, with what an untrained model has. A norm that a pass measures at a path has two,
   * {@code PATH.running_mean} and {@code PATH.running_var}.
   */
  default List<WeightType> statistics(Size size) {
    return List.of();
  }

  /**
   * Whether a model computes what it did before when its scalers are repeated until it has another
   * width, {@link io.github.weit.core.Resize#standard}. By a whole factor every model does that is
   * cut into whole blocks (the default order); where a norm looks at all features together, none
   * else.
   *
   * @param from the width of the model
   * @param to the wider one
   */
  default boolean widensExactly(int from, int to) {
    return to % from == 0;
  }

  /** How many depths a size has. */
  int stages();

  Cost cost(Size size);

  /**
   * What a training step of a size computes and keeps, see {@link Ledger#of}.
   *
   * @param size a legal one
   * @throws WeitException if nobody has counted it
   */
  default Ledger ledger(Size size, Precision precision) {
    throw new WeitException(
        "nobody has counted what a training step of a model of family '%s' takes; its ledger(Size, Precision) would say it"
            .formatted(id()));
  }

  /** Shape of one input, without the batch axis. */
  Shape inputShape();

  /** Shape of a batch of inputs. */
  default Shape inputShape(long batch) {
    return new Shape(batch).addAll(inputShape());
  }

  /**
   * Asserts that {@code input} is a batch of what this family takes.
   *
   * @throws WeitException with what was expected and found
   */
  default void requireInput(NDArray input) {
    Shape found = input.getShape();
    if (found.dimension() == 0 || !found.slice(1).equals(inputShape())) {
      throw new WeitException(
          "%s: expected images of shape %s, found %s"
              .formatted(id(), inputShape().toString().replace("(", "(batch, "), found));
    }
    if (found.get(0) == 0) {
      throw new WeitException(id() + ": expected at least one image, found a batch of none");
    }
    if (!input.getDataType().isFloating()) {
      throw new WeitException(
          "%s: expected normalised images, float32, found %s; see Normalisation.apply"
              .formatted(id(), input.getDataType()));
    }
  }

  /**
   * The same, and that it has the numbers that a model computes with.
   *
   * @throws WeitException with what was expected and found
   */
  default void requireInput(NDArray input, NamedArrays weights) {
    requireInput(input);
    DataType type = weights.get(weights.names().iterator().next()).getDataType();
    if (input.getDataType() != type) {
      throw new WeitException(
          "%s: expected normalised images of type %s, as its weights are, found %s; see NDArray.toType"
              .formatted(id(), type, input.getDataType()));
    }
  }

  int classes();

  /** The same family for another number of classes. */
  Family withClasses(int classes);

  /** The same family for images of another height and width, and number of channels. */
  Family withImages(int size, int channels);

  /**
   * The network.
   *
   * @param weights every weight of {@link #weights} under its parameter path; in evaluation also
   *     every one of {@link #statistics}
   * @param input {@code (batch, ...inputShape)}
   * @return logits {@code (batch, classes)}
   */
  NDArray forward(NamedArrays weights, Size size, NDArray input, Pass pass);
}
