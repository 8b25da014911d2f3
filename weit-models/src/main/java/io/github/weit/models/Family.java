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
 *
 * <p>A family of one's own keeps these rules, which training, prediction and files rely on:
 *
 * <ul>
 *   <li>It is a value: immutable, with {@code equals} and {@code hashCode} over everything that
 *       decides its weights and its forward pass, and a {@code toString} for messages. A record is.
 *   <li>{@link #options} say all of that, and a {@link FamilyReader} makes an equal family of them.
 *       The side of images, their channels and the number of classes stand there as whole numbers
 *       under {@link #IMAGE_SIZE}, {@link #CHANNELS} and {@link #CLASSES}: these alone may differ
 *       where {@link ImageTransfer} hands weights on.
 *   <li>In {@link #weights}, an axis over the channels of an image is fixed and named {@link
 *       #CHANNEL_AXIS}, one over its places {@link #TOKEN_AXIS}. No other axis depends on the
 *       images, and none but the head's on the number of classes.
 *   <li>{@link #forward} reads the weights and statistics of {@link #weights} and {@link
 *       #statistics}, and keeps what it says of managers and of the {@link Pass}.
 *   <li>All methods may be called by several threads at once.
 * </ul>
 *
 * <p>{@link FamilyCheck#require} says in a test whether it does.
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
   * Asserts that {@code size} is one this family has: as many depths as {@link #stages}, a width in
   * multiples of {@link #widthStep}.
   *
   * @throws WeitException naming the legal sizes near it
   */
  void requireLegal(Size size);

  /**
   * The weight types of a size, in the order of the forward pass; without any array being made.
   * Each has a name of its own, and so has each parameter path. Types of one name, at any size, and
   * types of one template are of the same templates, {@link WeightType#requireSameTemplates}.
   *
   * @throws WeitException if the family has no such size
   */
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

  /**
   * What a size costs.
   *
   * @throws WeitException if the family has no such size
   */
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

  /** The same family for another number of classes: nothing but the head is of another shape. */
  Family withClasses(int classes);

  /**
   * The same family for images of another height and width, and number of channels.
   *
   * @throws WeitException if it has no model for such images
   */
  Family withImages(int size, int channels);

  /**
   * The network.
   *
   * <p>It begins with {@link #requireInput(NDArray, NamedArrays)}. What it computes belongs to the
   * manager of the input, no array to that of the weights: the result of an operation belongs to
   * the manager of its first operand, so what is made of a weight alone is attached to the input's.
   * Of the pass it honours
   *
   * <ul>
   *   <li>{@link Pass#training}: an evaluation draws nothing, and an image's logits depend on no
   *       other image of the batch;
   *   <li>{@link Pass#dropPath}: residual branches are dropped, see {@link StochasticDepth}, by the
   *       pass's seed and nothing else that is random;
   *   <li>{@link Pass#precision}: products of matrices in it, sums and logits in the weights' type;
   *   <li>{@link Pass#statistics}: in training told by each norm over the batch, once, what it saw.
   * </ul>
   *
   * It may run beside others on the same weights, and leaves them as they are.
   *
   * @param weights every weight of {@link #weights} under its parameter path; in evaluation also
   *     every one of {@link #statistics}
   * @param input {@code (batch, ...inputShape)}, normalised
   * @return logits {@code (batch, classes)}, of the weights' type, in the input's manager;
   *     differentiable in weights and input
   * @throws WeitException if the input is no such batch
   */
  NDArray forward(NamedArrays weights, Size size, NDArray input, Pass pass);
}
