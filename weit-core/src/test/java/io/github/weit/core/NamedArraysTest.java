package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.engine.WeitEngine;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NamedArraysTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void keepsTheOrderItWasGivenAndNoLinkToTheMap() {
    Map<String, NDArray> map = new LinkedHashMap<>();
    for (String name : new String[] {"z", "a", "m"}) {
      map.put(name, manager.ones(new Shape(2, 3)));
    }
    NamedArrays arrays = NamedArrays.of(map);
    map.clear();
    assertThat(arrays.names()).containsExactly("z", "a", "m");
    assertThat(arrays.size()).isEqualTo(3);
    assertThat(arrays.elements()).isEqualTo(18);
    assertThat(arrays.contains("m")).isTrue();
    assertThat(arrays.contains("b")).isFalse();
    assertThatThrownBy(() -> arrays.asMap().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void prefixesAreTakenOffAndPutOn() {
    NamedArrays arrays = arrays("a.x", "a.y", "b.x");
    assertThat(arrays.under("a.").names()).containsExactly("x", "y");
    assertThat(arrays.under("a.").get("y")).isSameAs(arrays.get("a.y"));
    assertThat(arrays.under("c.").names()).isEmpty();
    assertThat(arrays.under("a.").withPrefix("a.").names()).containsExactly("a.x", "a.y");
  }

  @Test
  void joinsTwoAndRefusesANameThatBothHave() {
    assertThat(arrays("a", "b").and(arrays("c")).names()).containsExactly("a", "b", "c");
    assertThatThrownBy(() -> arrays("a", "b").and(arrays("b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'b'");
  }

  @Test
  void namesWhatIsThereWhenAnArrayIsMissing() {
    assertThatThrownBy(() -> arrays("first", "second").get("third"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("'third'", "2", "first", "second");
    String[] many = new String[30];
    for (int i = 0; i < many.length; i++) {
      many[i] = "name" + i;
    }
    assertThatThrownBy(() -> arrays(many).get("other"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("30", "name11", "and more")
        .hasMessageNotContaining("name12");
  }

  @Test
  void copiesOutliveTheirSourceAndNeedNoGradient() {
    double[] values;
    NamedArrays copy;
    try (NDManager source = WeitEngine.newManager(Device.cpu())) {
      NDArray leaf = Doubles.normal(source, new Seed(1), new Shape(4));
      leaf.setRequiresGradient(true);
      values = leaf.toDoubleArray();
      copy = NamedArrays.of(Map.of("leaf", leaf)).copyTo(manager);
    }
    assertThat(copy.get("leaf").toDoubleArray()).isEqualTo(values);
    assertThat(copy.get("leaf").hasGradient()).isFalse();
  }

  @Test
  void turnsGradientsOn() {
    NamedArrays arrays = arrays("a").requireGradient(true);
    try (GradientCollector collector = WeitEngine.start().newGradientCollector()) {
      collector.backward(arrays.get("a").mul(arrays.get("a")).sum());
    }
    assertThat(arrays.get("a").getGradient().toFloatArray()).containsOnly(2f);
    assertThat(arrays.requireGradient(false).get("a").hasGradient()).isFalse();
  }

  @Test
  void closingReleasesTheArrays() {
    NamedArrays arrays = arrays("a");
    NDArray array = arrays.get("a");
    arrays.close();
    assertThatThrownBy(array::toFloatArray).isInstanceOf(IllegalStateException.class);
  }

  private NamedArrays arrays(String... names) {
    Map<String, NDArray> map = new LinkedHashMap<>();
    for (String name : names) {
      map.put(name, manager.ones(new Shape(2)));
    }
    return NamedArrays.of(map);
  }

  @Test
  void arraysOnTheHostAreThemselvesAndOthersAreCopied() {
    try (NDManager owner = WeitEngine.newManager(Device.cpu());
        NDManager device = TestDevice.newManager()) {
      NDArray here = manager.create(new float[] {1, 2});
      NDArray there = device.create(new float[] {3, 4});
      NamedArrays host = NamedArrays.of(Map.of("here", here, "there", there)).onHost(owner);
      assertThat(host.get("here")).isSameAs(here);
      assertThat(host.get("there").getDevice()).isEqualTo(Device.cpu());
      assertThat(host.get("there").toFloatArray()).containsExactly(3, 4);
      assertThat(there.getManager()).isSameAs(device);
    }
  }
}
