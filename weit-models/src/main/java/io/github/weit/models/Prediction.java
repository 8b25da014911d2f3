package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import io.github.weit.core.engine.NoGradient;
import java.util.function.UnaryOperator;

/** A forward pass that leaves nothing behind but its result. */
final class Prediction {

  private Prediction() {}

  /**
   * What a network says of an input. Nothing is recorded for a backward pass, and everything in
   * between is closed; but where a gradient of the input is required, both stay as the network left
   * them.
   *
   * @return in the input's manager, and in the open {@link NDScope} if there is one
   */
  static NDArray of(NDArray input, UnaryOperator<NDArray> network) {
    if (input.hasGradient()) {
      return network.apply(input);
    }
    NDArray result;
    try (NoGradient off = NoGradient.begin();
        NDScope scope = new NDScope()) {
      off.hold();
      scope.suppressNotUsedWarning();
      result = network.apply(input);
      NDScope.unregister(result);
    }
    result.attach(input.getManager());
    NDScope.register(result);
    return result;
  }
}
