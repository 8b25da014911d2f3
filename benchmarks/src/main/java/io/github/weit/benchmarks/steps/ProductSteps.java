package io.github.weit.benchmarks.steps;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.github.weit.core.Seed;
import java.util.List;

/** A "step" of products alone: all of a network's, one after the other, over fixed operands. */
final class ProductSteps implements StepModel {

  private final NDManager operands;
  private final List<Product> products;
  private final GradientCollector recording;

  ProductSteps(Arm arm, NDManager manager, Seed seed) {
    operands = manager.newSubManager();
    products = NetworkProducts.of(arm, operands, seed);
    recording = Engine.getInstance().newGradientCollector();
  }

  @Override
  public double[] run(int steps) {
    StepClock clock = new StepClock(steps);
    while (!clock.full()) {
      products.forEach(Product::run);
      clock.lap();
    }
    return clock.milliseconds();
  }

  @Override
  public double loss() {
    return Double.NaN;
  }

  @Override
  public long parameters() {
    return 0;
  }

  @Override
  public void close() {
    recording.close();
    operands.close();
  }
}
