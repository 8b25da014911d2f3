package io.github.weit.benchmarks.kernels;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.GradientCollector;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Composing all weights of a model, against copying as many bytes. */
@State(Scope.Thread)
public class ComposeBenchmark {

  /** Width and depth; 768x12 is DeiT-B with patches of 16 and 1,000 classes. */
  @Param({"128x6", "192x12", "768x12"})
  public String size;

  private NDManager manager;
  private NDManager results;
  private TemplateBank bank;
  private ScalerSet scalers;
  private NDList leaves;
  private NamedArrays weights;

  /** Untrained templates and scalers: values do not matter here. */
  @Setup
  public void open() {
    manager = WeitEngine.newManager(WeitEngine.device("cpu"));
    Size parsed = Size.parse(size);
    Family vit = parsed.width() < 768 ? Vit.small(32, 3, 10) : Vit.deit(1000);
    KroneckerConstraint kronecker = new KroneckerConstraint();
    bank = TemplateBank.create(kronecker, vit.weights(parsed), manager, new Seed(0));
    scalers = ScalerSet.create(kronecker, vit.weights(parsed), manager, new Seed(0));
    weights = bank.composeTo(manager, scalers);
    leaves = new NDList();
    Stream.of(bank.arrays(), scalers.arrays())
        .forEach(arrays -> leaves.addAll(arrays.asMap().values()));
  }

  @Setup(Level.Invocation)
  public void openResults() {
    results = manager.newSubManager();
  }

  @TearDown(Level.Invocation)
  public void closeResults() {
    results.close();
  }

  @TearDown
  public void close() {
    manager.close();
  }

  /** As a model is composed once, for ordinary training or a file. */
  @Benchmark
  public int compose() {
    return bank.composeTo(results, scalers).size();
  }

  /** As a step of pre-training does it: with all layers of a type at once, and their gradients. */
  @Benchmark
  public int composeAndGradients() {
    leaves.forEach(leaf -> leaf.setRequiresGradient(true));
    try (NDScope scope = new NDScope();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      scope.suppressNotUsedWarning();
      NamedArrays composed = bank.compose(scalers);
      NDList sums = new NDList();
      for (NDArray weight : composed.asMap().values()) {
        sums.add(weight.sum().reshape(1));
      }
      collector.backward(NDArrays.concat(sums).sum());
      return composed.size();
    } finally {
      leaves.forEach(leaf -> leaf.setRequiresGradient(false));
    }
  }

  @Benchmark
  @Yardstick
  public int copy() {
    return weights.copyTo(results).size();
  }
}
