package io.github.weit.benchmarks.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.Kernels;
import io.github.weit.core.engine.Kernels.AdamWArrays;
import io.github.weit.core.engine.Kernels.AdamWNumbers;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A step of AdamW over all parameters of a model, with the norm of their gradients, against copying
 * what the step alone has to read: parameters, gradients and both moments.
 */
@State(Scope.Thread)
public class OptimiserBenchmark {

  private static final double RATE = 1e-3;
  private static final double DECAY = 0.05;

  /** Width and depth. */
  @Param({"128x6", "192x12"})
  public String size;

  private NDManager manager;
  private NamedArrays weights;
  private AdamWArrays arrays;
  private NDArray loss;
  private Optimizer djl;
  private long step;

  /** Gradients are values like any other here. */
  @Setup
  public void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    weights =
        DenseWeights.initial(Vit.small(32, 3, 10).weights(Size.parse(size)), manager, new Seed(0));
    arrays = new AdamWArrays(copy(), copy(), copy(), copy());
    arrays.secondMoments().forEach(moment -> moment.muli(moment));
    loss = manager.ones(new Shape(1));
    djl =
        Optimizer.adamW()
            .optLearningRateTracker(Tracker.fixed((float) RATE))
            .optWeightDecays((float) DECAY)
            .build();
  }

  private List<NDArray> copy() {
    return List.copyOf(weights.copyTo(manager).asMap().values());
  }

  @TearDown
  public void close() {
    manager.close();
  }

  /** As our loop does it, in three calls. */
  @Benchmark
  public long fused() {
    return update();
  }

  /** The same in DJL's API alone. */
  @Benchmark
  @Fork(value = 1, jvmArgsAppend = "-Dweit.kernels=plain")
  public long plain() {
    return update();
  }

  private long update() {
    step++;
    try (NDManager own = manager.newSubManager()) {
      NDArray here = loss.duplicate();
      here.attach(own);
      Kernels kernels = Kernels.current();
      kernels.adamW(
          arrays,
          new AdamWNumbers(RATE, DECAY, 0.9, 0.999, 1e-8, step),
          kernels.scale(arrays.gradients(), here, 0));
    }
    return step;
  }

  /** DJL's own optimiser, which knows no norm. */
  @Benchmark
  public long djl() {
    step++;
    for (int i = 0; i < arrays.parameters().size(); i++) {
      djl.update(Integer.toString(i), arrays.parameters().get(i), arrays.gradients().get(i));
    }
    return step;
  }

  @Benchmark
  @Yardstick
  public int copyOfWhatIsRead() {
    int count = 0;
    try (NDManager own = manager.newSubManager()) {
      for (List<NDArray> each :
          List.of(
              arrays.parameters(),
              arrays.gradients(),
              arrays.firstMoments(),
              arrays.secondMoments())) {
        for (NDArray array : each) {
          NDArray duplicate = array.duplicate();
          duplicate.attach(own);
          count++;
        }
      }
    }
    return count;
  }
}
