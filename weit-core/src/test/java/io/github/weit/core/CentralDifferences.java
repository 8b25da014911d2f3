package io.github.weit.core;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.engine.WeitEngine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Checks gradients of a scalar function of named float64 arrays against central differences: along
 * random directions, in which every entry of the gradient counts, and for a few single entries of
 * every array.
 */
final class CentralDifferences {

  private static final double STEP = 1e-5; // truncation and rounding both near 1e-10
  private static final int DIRECTIONS = 3;
  private static final int ENTRIES = 4;

  private final Map<String, Shape> shapes;
  private final Map<String, double[]> values = new LinkedHashMap<>();
  private final Function<NamedArrays, NDArray> function;

  private CentralDifferences(Map<String, Shape> shapes, Function<NamedArrays, NDArray> function) {
    this.shapes = shapes;
    this.function = function;
    shapes.forEach(
        (name, shape) -> values.put(name, Doubles.normal(new Seed(77).child(name), shape.size())));
  }

  /**
   * Asserts that slopes agree within {@code tolerance} times the steepest of their array, or 1.
   *
   * @param shapes names and shapes of the arguments, whose values are standard normal draws
   * @param function makes a scalar of the arguments; a pure function
   */
  static void check(
      Map<String, Shape> shapes, Function<NamedArrays, NDArray> function, double tolerance) {
    new CentralDifferences(shapes, function).check(tolerance);
  }

  private void check(double tolerance) {
    Map<String, double[]> gradients = gradients();
    values.forEach(
        (name, entries) -> {
          double[] found = new double[DIRECTIONS + ENTRIES];
          double[] expected = new double[DIRECTIONS + ENTRIES];
          RandomGenerator random = new Seed(78).child(name).generator();
          for (int i = 0; i < found.length; i++) {
            double[] direction = new double[entries.length];
            if (i < DIRECTIONS) {
              direction = Doubles.normal(new Seed(79).child(name).child(i), entries.length);
            } else {
              direction[random.nextInt(entries.length)] = 1;
            }
            found[i] = dot(gradients.get(name), direction);
            expected[i] = slope(entries, direction);
          }
          try {
            Doubles.assertClose(found, expected, tolerance);
          } catch (AssertionError e) {
            throw new AssertionError("gradient of '" + name + "': " + e.getMessage(), e);
          }
        });
  }

  /**
   * The function's central difference where {@code entries}, one of the values, moves along {@code
   * direction}.
   */
  private double slope(double[] entries, double[] direction) {
    double[] middle = entries.clone();
    double[] ends = new double[2];
    for (int end = 0; end < 2; end++) {
      for (int i = 0; i < entries.length; i++) {
        entries[i] = middle[i] + (end == 0 ? STEP : -STEP) * direction[i];
      }
      try (NDManager manager = TestDevice.newManager()) {
        ends[end] = function.apply(create(manager)).toDoubleArray()[0];
      }
    }
    System.arraycopy(middle, 0, entries, 0, middle.length);
    return (ends[0] - ends[1]) / (2 * STEP);
  }

  private Map<String, double[]> gradients() {
    Engine engine = WeitEngine.start();
    Map<String, double[]> gradients = new LinkedHashMap<>();
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays arguments = create(manager).requireGradient(true);
      try (GradientCollector collector = engine.newGradientCollector()) {
        collector.backward(function.apply(arguments));
      }
      arguments.forEach((name, array) -> gradients.put(name, array.getGradient().toDoubleArray()));
    }
    return gradients;
  }

  private NamedArrays create(NDManager manager) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> arrays.put(name, manager.create(values.get(name), shape)));
    return NamedArrays.of(arrays);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
