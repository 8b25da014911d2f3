package io.github.weit.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.github.weit.core.WeitException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeitEngineTest {

  @TempDir private Path folder;

  @Test
  void startsOnce() {
    assertThat(WeitEngine.start()).isSameAs(WeitEngine.start());
    assertThat(WeitEngine.start().getEngineName()).isEqualTo("PyTorch");
  }

  @Test
  void isOfflineOnlyWhileItStarts() throws Exception {
    assertThat(started()).isEqualTo("DJL saw [true], afterwards null");
  }

  @Test
  void leavesAValueThatIsThereAlone() throws Exception {
    assertThat(started("-Dai.djl.offline=true")).isEqualTo("DJL saw [true], afterwards true");
    assertThat(started("-Dai.djl.offline=false")).isEqualTo("DJL saw [false], afterwards false");
  }

  /** What a process of its own says that starts the engine. */
  private String started(String... options) throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of(options));
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(EngineStart.class.getName(), said.toString()));
    File log = folder.resolve("log").toFile();
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log).start();
    int code = process.waitFor();
    assertThat(code).as("%s", Files.readString(log.toPath())).isZero();
    return Files.readString(said);
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
