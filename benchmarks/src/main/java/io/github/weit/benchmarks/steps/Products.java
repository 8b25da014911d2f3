package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.Kernels;
import io.github.weit.core.engine.NoGradient;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.random.RandomGenerator;

/** Gathers a network's products, layer by layer; every operand is an array of its own. */
final class Products {

  private final NDManager manager;
  private final Precision precision;
  private final RandomGenerator random;
  private final List<Product> list = new ArrayList<>();

  /**
   * @param manager owns all operands
   * @param precision of all operands
   */
  Products(NDManager manager, Precision precision, Seed seed) {
    this.precision = precision;
    this.manager = manager;
    this.random = seed.generator();
  }

  /** The products so far, in order. */
  List<Product> list() {
    return List.copyOf(list);
  }

  /** A dense layer with bias over {@code x (..., in)}, the bias's gradient left out. */
  void dense(Shape x, long out) {
    long in = x.get(x.dimension() - 1);
    NDArray bias = array(new Shape(out));
    add(
        array(x),
        array(new Shape(out, in)),
        (input, weight) -> Ops.dense(input, weight, bias, precision),
        true,
        in);
  }

  /** The two products of attention: of queries and keys, of probabilities and values. */
  void attention(long batch, long heads, long queries, long keys, long size) {
    Shape query = new Shape(batch, heads, queries, size);
    Shape key = new Shape(batch, heads, keys, size);
    add(array(query), array(key), (q, k) -> q.matMul(k.transpose(0, 1, 3, 2)), true, size);
    NDArray shares = array(new Shape(batch, heads, queries, keys));
    add(shares, array(key), NDArray::matMul, true, keys);
  }

  /**
   * A convolution without bias that keeps the sides, but for the stride.
   *
   * @param x {@code (batch, in, height, width)}
   * @param wantsInput false for a network's first
   */
  void convolution(Shape x, long out, long kernel, long stride, boolean wantsInput) {
    convolution(x, out, kernel, stride, kernel / 2, wantsInput);
  }

  /** The same with a padding that is given. */
  void convolution(Shape x, long out, long kernel, long stride, long padding, boolean wantsInput) {
    long in = x.get(1);
    add(
        Ops.channelsLast(array(x)),
        array(new Shape(out, in, kernel, kernel)),
        (input, weight) -> Ops.convolution(input, weight, stride, padding, 1),
        wantsInput,
        in * kernel * kernel);
  }

  /**
   * @param inner how many multiplications an entry of the result is a sum of
   */
  private void add(
      NDArray input,
      NDArray weight,
      BinaryOperator<NDArray> multiply,
      boolean wantsInput,
      long inner) {
    NDArray gradient = like(multiply, input, weight);
    list.add(new Product(input, weight, multiply, gradient, wantsInput, gradient.size() * inner));
  }

  /** An array with the shape and the order in memory of a product. */
  private static NDArray like(BinaryOperator<NDArray> multiply, NDArray input, NDArray weight) {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      return multiply.apply(input, weight);
    }
  }

  private NDArray array(Shape shape) {
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    NDArray array = manager.create(values, shape);
    return precision == Precision.BFLOAT16 ? toBfloat16(array) : array;
  }

  /** Multiplied by one: DJL has no cast to this type. */
  private NDArray toBfloat16(NDArray array) {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      NDArray one = manager.ones(new Shape(1, 1));
      NDArray zero = manager.zeros(new Shape(1));
      return Kernels.current()
          .denseInBfloat16(array.reshape(-1, 1), one, zero)
          .reshape(array.getShape());
    }
  }
}
