package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.github.weit.core.KroneckerConstraint.Order;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What resized scalers mean for a network of two layers, y = W2 relu(W1 x + b). */
class WideningTest {

  private static final int TEMPLATE = 3;

  @ParameterizedTest
  @CsvSource({
    "BLOCK, 2, 4, 0", // hidden blocks from, to, unevenness
    "BLOCK, 2, 6, 0.5",
    "BLOCK, 2, 5, 0", // no whole factor: the shares of a source still sum to one
    "BLOCK, 3, 7, 0.9",
    "INTERLEAVED, 2, 4, 0",
    "INTERLEAVED, 2, 5, 0.5"
  })
  void widerNetworkComputesTheSame(Order order, int from, int to, double unevenness) {
    KroneckerConstraint constraint = new KroneckerConstraint(order);
    Resize rule = Resize.standard().withUnevenness(unevenness, new Seed(30));
    try (NDManager manager = TestDevice.newManager()) {
      TemplateBank bank = TemplateBank.of(constraint, network(from), templates(manager, from));
      ScalerSet narrow = ScalerSet.of(constraint, network(from), scalers(manager, from));
      ScalerSet wide = narrow.resize(network(to), rule);
      NDArray x = Doubles.normal(manager, new Seed(31), new Shape(5, 4));
      NDArray expected = run(bank.compose(narrow), x);
      NDArray found = run(bank.compose(wide), x);
      Doubles.assertClose(found.toDoubleArray(), expected.toDoubleArray(), 1e-13);
    }
  }

  @Test
  void narrowerNetworkIsThePrefixOfEveryWeight() {
    KroneckerConstraint constraint = new KroneckerConstraint(Order.BLOCK);
    try (NDManager manager = TestDevice.newManager()) {
      TemplateBank bank = TemplateBank.of(constraint, network(4), templates(manager, 4));
      ScalerSet wide = ScalerSet.of(constraint, network(4), scalers(manager, 4));
      NamedArrays all = bank.compose(wide);
      NamedArrays some = bank.compose(wide.resize(network(2), Resize.standard()));
      for (String name : some.names()) {
        NDIndex prefix = new NDIndex();
        for (long extent : some.get(name).getShape().getShape()) {
          prefix.addSliceDim(0, extent);
        }
        double[] expected = all.get(name).get(prefix).toDoubleArray();
        Doubles.assertClose(some.get(name).toDoubleArray(), expected, 1e-14);
      }
    }
  }

  private static NDArray run(NamedArrays weights, NDArray x) {
    NDArray hidden =
        x.matMul(weights.get("first.weight").transpose()).add(weights.get("first.bias"));
    return Activation.relu(hidden).matMul(weights.get("second.weight").transpose());
  }

  private static List<WeightType> network(int blocks) {
    Axis out = Axis.out("hidden", (long) blocks * TEMPLATE, TEMPLATE);
    Axis in = Axis.in("hidden", (long) blocks * TEMPLATE, TEMPLATE);
    return List.of(
        type("first.weight", out, Axis.fixed("pixel", 4)),
        type("first.bias", out),
        type("second.weight", Axis.fixed("class", 2), in));
  }

  private static WeightType type(String name, Axis... axes) {
    return new WeightType(name, name, 2, new Initial.Normal(1), true, List.of(axes));
  }

  private static NamedArrays templates(NDManager manager, int blocks) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (WeightType type : network(blocks)) {
      Shape shape = new KroneckerConstraint().templates(type).get(0).shape();
      arrays.put(type.template(), Doubles.normal(manager, new Seed(32).child(type.name()), shape));
    }
    return NamedArrays.of(arrays);
  }

  private static NamedArrays scalers(NDManager manager, int blocks) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (WeightType type : network(blocks)) {
      Shape shape = new KroneckerConstraint().scalers(type).get(0).shape();
      arrays.put(type.name(), Doubles.normal(manager, new Seed(33).child(type.name()), shape));
    }
    return NamedArrays.of(arrays);
  }
}
