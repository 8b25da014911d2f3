package io.github.weit.training;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.WeitException;
import java.util.Locale;

/** What a loop does with an objective's loss, and what it says of one that cannot be used. */
final class Losses {

  private Losses() {}

  /**
   * The loss over {@code batches}, so that the gradients of a step's batches add up to the mean's.
   */
  static NDArray share(NDArray loss, int batches) {
    if (batches == 1) {
      return loss;
    }
    NDArray divisor =
        loss.getManager().full(new Shape(1), batches, loss.getDataType(), loss.getDevice());
    return loss.div(divisor);
  }

  /**
   * Adds the loss's gradients to those of the leaves.
   *
   * @throws WeitException if it depends on none
   */
  static void backward(GradientCollector collector, NDArray loss) {
    try {
      collector.backward(loss);
    } catch (EngineException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("does not require grad")) {
        throw new WeitException(
            "the objective's loss does not depend on any array that is trained; compute it from"
                + " the loop's leaves, on this thread, without detaching them",
            e);
      }
      throw e;
    }
  }

  /**
   * Asserts that a loss is a number.
   *
   * @throws WeitException if it is not one float32 or float64
   */
  static void requireNumber(NDArray loss) {
    DataType type = loss.getDataType();
    if (loss.size() != 1 || (type != DataType.FLOAT32 && type != DataType.FLOAT64)) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "the objective gave a loss of type %s and shape %s; expected one float32 or float64"
                  + " number: reduce it with sum() or mean()",
              type,
              loss.getShape()));
    }
  }
}
