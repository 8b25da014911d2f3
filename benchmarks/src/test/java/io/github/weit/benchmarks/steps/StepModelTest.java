package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepModelTest {

  private static final Seed SEED = new Seed(3);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "weit:vit:64x2:f32:4",
        "weit-constrained:vit:64x2:f32:4",
        "djl:vit:64x2:f32:4",
        "weit:vit:64x2:bf16:4",
        "weit-constrained:vit:64x2:bf16:4",
        "weit:resnet20:8x1-2-1:f32:4",
        "weit-constrained:resnet20:8x1-2-1:f32:4",
        "weit-fit:vit:64x2:f32:4",
        "weit-fit:resnet20:8x1-2-1:f32:4",
        "djl:resnet20:8x1-2-1:f32:4",
        "djl:resnet18:8x1-1-2-1:f32:4"
      })
  void trainsTheNetworkThatItsArmNames(String name) {
    Arm arm = Arm.parse(name);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        StepModel model = StepModel.of(arm, manager, SEED)) {
      assertThat(model.parameters()).isEqualTo(arm.family().cost(arm.size()).parameters());
      assertThat(model.run(1)).hasSize(1);
      double first = model.loss();
      assertThat(model.run(20)).hasSize(20).doesNotContain(0);
      assertThat(model.loss()).isLessThan(first);
    }
  }

  /** A product has as many multiplications as the network's cost says of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "products:vit:64x3:f32:2",
        "products:vit:64x3:bf16:2",
        "products:resnet20:8x1-2-1:f32:2",
        "products:resnet18:8x2-1-2-1:f32:2"
      })
  void ofProductsHasAllThatTheNetworkMultiplies(String name) {
    Arm arm = Arm.parse(name);
    assertThat(macs(arm)).isEqualTo(2 * arm.family().cost(arm.size()).macs());
  }

  /** Of 65 tokens, 64 need neither query, projection nor MLP (10 D D) nor attention (2 T D). */
  @Test
  void ofProductsThatAreReadHasTheLastBlockForOneToken() {
    long unread = 2L * 64 * (10 * 64 * 64 + 2 * 65 * 64);
    assertThat(macs(Arm.parse("products-read:vit:64x3:f32:2")))
        .isEqualTo(macs(Arm.parse("products:vit:64x3:f32:2")) - unread);
  }

  private static long macs(Arm arm) {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      return NetworkProducts.of(arm, manager, SEED).stream().mapToLong(Product::macs).sum();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "products-read:vit:32x2:f32:2",
        "products-read:vit:32x2:bf16:2",
        "products:resnet20:8x1-2-1:bf16:2"
      })
  void ofProductsTimesThemAgainAndAgain(String name) {
    Arm arm = Arm.parse(name);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        StepModel model = StepModel.of(arm, manager, SEED)) {
      assertThat(model.run(3)).hasSize(3).doesNotContain(0);
      assertThat(model.loss()).isNaN();
      assertThat(model.parameters()).isZero();
    }
  }
}
