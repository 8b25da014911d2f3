package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.github.weit.core.WeitException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepWorkerTest {

  private static final String DEVICE = "weit.steps.device";

  @AfterEach
  void forget() {
    System.clearProperty(DEVICE);
  }

  @Test
  void computesOnTheCpuUnlessADeviceIsNamed() {
    assertThat(StepWorker.device(Arm.parse("weit:vit:64x1:f32"))).isEqualTo(Device.cpu());
    System.setProperty(DEVICE, "cuda:77");
    assertThatThrownBy(() -> StepWorker.device(Arm.parse("weit:vit:64x1:f32")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("cuda:77 is not there");
  }

  @Test
  void refusesArmsThatDoNotWaitForADevice() {
    System.setProperty(DEVICE, "cuda");
    assertThatThrownBy(() -> StepWorker.device(Arm.parse("products:vit:64x1:f32")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("CPU only");
  }
}
