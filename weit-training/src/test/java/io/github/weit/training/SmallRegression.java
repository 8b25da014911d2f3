package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.Ops;
import io.github.weit.training.optim.ParameterGroup;
import io.github.weit.training.optim.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;

/** A network of two layers that learns what a fixed random one says; for tests of the loop. */
abstract class SmallRegression {
  static final int IN = 5;
  static final int HIDDEN = 7;
  final NDManager manager = NDManager.newBaseManager();
  final Seed seed = new Seed(11);

  @AfterEach
  void close() {
    manager.close();
  }

  record Pairs(NDArray x, NDArray y) {}

  /** Batches of a fixed random teacher, from batch {@code first} on. */
  BatchFeed<Pairs> feed(int size, long first) {
    long[] index = {first};
    return owner -> {
      float[] x = new float[size * IN];
      float[] y = new float[size];
      long start = index[0]++ * size;
      for (int row = 0; row < size; row++) {
        RandomGenerator random = seed.child("data").child(start + row).generator();
        for (int i = 0; i < IN; i++) {
          x[row * IN + i] = (float) random.nextGaussian();
          y[row] += x[row * IN + i] * (i - 2);
        }
        y[row] = (float) Math.sin(y[row]);
      }
      return new Pairs(owner.create(x, new Shape(size, IN)), owner.create(y, new Shape(size, 1)));
    };
  }

  NamedArrays leaves() {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    leaves.put("in.weight", random("in.weight", HIDDEN, IN));
    leaves.put("in.bias", random("in.bias", HIDDEN));
    leaves.put("out.weight", random("out.weight", 1, HIDDEN));
    leaves.put("out.bias", random("out.bias", 1));
    return NamedArrays.of(leaves);
  }

  NDArray random(String name, long... shape) {
    Shape wanted = new Shape(shape);
    float[] values = new float[(int) wanted.size()];
    RandomGenerator random = seed.child(name).generator();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.5 * random.nextGaussian());
    }
    return manager.create(values, wanted);
  }

  static NDArray affine(NDArray x, NDArray weight, NDArray bias) {
    return x.matMul(weight.transpose()).add(bias);
  }

  static Objective<Pairs> regression(NamedArrays leaves) {
    return (step, batch, owner) -> {
      NDArray hidden = affine(batch.x(), leaves.get("in.weight"), leaves.get("in.bias"));
      NDArray out = affine(Ops.gelu(hidden), leaves.get("out.weight"), leaves.get("out.bias"));
      NDArray difference = out.sub(batch.y());
      return difference.mul(difference).mean();
    };
  }

  TrainingLoop loop(NamedArrays leaves, LoopOptions options) {
    return new TrainingLoop(leaves, ParameterGroup.byRank(leaves, 0.05), options);
  }

  LoopOptions options(long steps) {
    return LoopOptions.of(steps, Schedule.constant(0.01), seed).withEma(0.99);
  }

  static Map<String, byte[]> bytes(NamedArrays arrays) {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    arrays.forEach((name, array) -> bytes.put(name, array.toByteArray()));
    return bytes;
  }

  static void assertSame(NamedArrays found, NamedArrays expected) {
    Map<String, byte[]> foundBytes = bytes(found);
    bytes(expected).forEach((name, b) -> assertThat(foundBytes.get(name)).as(name).isEqualTo(b));
  }
}
