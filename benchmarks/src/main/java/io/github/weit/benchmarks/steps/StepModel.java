package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;

/** A model that is trained on one batch, again and again. */
interface StepModel extends AutoCloseable {

  /**
   * The learning rate of every arm. At this one a race does not learn its batch by heart: gradients
   * stay of ordinary size, where those of a loss of 0 would be denormal numbers, which are slow.
   */
  double RATE = 1e-6;

  /** What an arm times, where its worker is a JVM. */
  static StepModel of(Arm arm, NDManager manager, Seed seed) {
    return switch (arm.who()) {
      case WEIT -> new DenseSteps(arm, manager, seed);
      case WEIT_CONSTRAINED -> new ConstrainedSteps(arm, manager, seed);
      case WEIT_FIT -> new FitSteps(arm, manager, seed);
      case DJL -> new DjlSteps(arm, manager, seed);
      case PRODUCTS, PRODUCTS_READ -> new ProductSteps(arm, manager, seed);
      case TIMM -> throw new IllegalArgumentException(arm + " is no arm of a JVM");
    };
  }

  /** Does {@code steps} steps; returns how long each took, in milliseconds. */
  double[] run(int steps);

  /** The batch's loss, of the last step or after it; NaN where nothing is trained. */
  double loss();

  /** Numbers in the network's dense weights; 0 where there is no network. */
  long parameters();

  @Override
  void close();
}
