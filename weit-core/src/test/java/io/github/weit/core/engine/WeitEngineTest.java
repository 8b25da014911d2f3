package io.github.weit.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.github.weit.core.WeitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeitEngineTest {

  @Test
  void startsOnceAndOffline() {
    assertThat(WeitEngine.start()).isSameAs(WeitEngine.start());
    assertThat(WeitEngine.start().getEngineName()).isEqualTo("PyTorch");
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
  }

  @Test
  void findsTheDevicesThereAre() {
    int gpus = WeitEngine.start().getGpuCount();
    assertThat(WeitEngine.device("cpu")).isEqualTo(Device.cpu());
    assertThat(WeitEngine.device("auto")).isEqualTo(gpus > 0 ? Device.gpu(0) : Device.cpu());
  }

  @Test
  void namesADeviceThatIsNotThere() {
    assertThatThrownBy(() -> WeitEngine.device("cuda:99"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("cuda:99", Integer.toString(WeitEngine.start().getGpuCount()));
  }

  @Test
  void takesAnotherNumberOfThreadsAfterItsStartToo() {
    int before = WeitEngine.threads();
    try {
      WeitEngine.threads(before + 1);
      assertThat(WeitEngine.threads()).isEqualTo(before + 1);
    } finally {
      WeitEngine.threads(before);
    }
    assertThat(WeitEngine.threads()).isEqualTo(before);
    assertThatThrownBy(() -> WeitEngine.threads(0)).hasMessageContaining("at least 1, found 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "CPU", "cuda:9999"})
  void refusesNamesThatAreNoDevice(String name) {
    assertThatThrownBy(() -> WeitEngine.device(name))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("'" + name + "'", "cpu", "cuda:N", "auto");
  }
}
