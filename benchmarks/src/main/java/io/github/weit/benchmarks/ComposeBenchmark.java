package io.github.weit.benchmarks;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Composing all weights of a model, against copying as many bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ComposeBenchmark {

  /** Width and depth. */
  @Param({"128x6", "192x12"})
  public String size;

  private NDManager manager;
  private TemplateBank bank;
  private ScalerSet scalers;
  private NamedArrays weights;

  /** Untrained templates and scalers: values do not matter here. */
  @Setup
  public void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    Vit vit = Vit.small(32, 3, 10);
    KroneckerConstraint kronecker = new KroneckerConstraint();
    bank = TemplateBank.create(kronecker, vit.weights(Size.parse(size)), manager, new Seed(0));
    scalers = ScalerSet.create(kronecker, vit.weights(Size.parse(size)), manager, new Seed(0));
    weights = bank.compose(scalers).copyTo(manager);
  }

  @TearDown
  public void close() {
    manager.close();
  }

  @Benchmark
  public int compose() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return bank.compose(scalers).size();
    }
  }

  @Benchmark
  public int copy() {
    try (NamedArrays copy = weights.copyTo(manager)) {
      return copy.size();
    }
  }
}
