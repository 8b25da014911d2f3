package io.github.weit.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineReportTest {

  @Test
  void namesTheKernelsAndWhoDecided() {
    assertThat(EngineReport.kernels())
        .startsWith(Kernels.current() instanceof FusedKernels ? "fused, " : "plain, ");
    assertThat(EngineReport.denseLayers(Device.cpu()))
        .startsWithIgnoringCase(DenseForm.current().name() + ", ");
    assertThat(EngineReport.denseLayers(Device.gpu(0))).startsWith("linear, ");
  }

  /** The build's tests run with thresholds of their own. */
  @Test
  void saysWhoseThresholdsMallocHas() {
    String own = System.getenv("MALLOC_MMAP_THRESHOLD_");
    assertThat(EngineReport.malloc())
        .contains(own == null ? "thresholds" : "environment", own == null ? "" : own);
  }

  @Test
  void findsBfloat16AmongTheProcessorsFlags() {
    String amd = "flags\t\t: fpu avx512_bf16 avx512_vbmi2";
    assertThat(EngineReport.onCpu(List.of("model name\t: x", amd, amd)))
        .isEqualTo("in hardware: avx512_bf16");
    assertThat(EngineReport.onCpu(List.of("flags : amx_bf16 avx512_bf16 amx_tile")))
        .isEqualTo("in hardware: avx512_bf16, amx_bf16");
    assertThat(EngineReport.onCpu(List.of("Features : asimd bf16 sve")))
        .isEqualTo("in hardware: bf16");
    assertThat(EngineReport.onCpu(List.of("flags : avx512f avx512_bf16x"))).startsWith("imitated");
    assertThat(EngineReport.onCpu(List.of())).startsWith("not known");
  }

  @Test
  void whatIsSaidOfBfloat16IsWhatIsWarnedOf() {
    assertThat(EngineReport.imitatesBfloat16(Device.cpu()))
        .isEqualTo(EngineReport.bfloat16(Device.cpu()).startsWith("imitated"));
  }

  @ParameterizedTest
  @CsvSource({
    "75, imitated",
    "80, in hardware",
    "90, in hardware",
    "120, in hardware",
    "not known, not known"
  })
  void knowsWhichGpusHaveBfloat16(String capability, String expected) {
    assertThat(EngineReport.onGpu(capability)).startsWith(expected);
  }

  @Test
  void listsAsManyGpusAsTheEngineSees() {
    assertThat(EngineReport.gpus()).hasSize(WeitEngine.start().getGpuCount());
  }

  @Test
  void readsTheDriversNamesOfGpus(@TempDir Path folder) throws IOException {
    Path first = Files.createDirectories(folder.resolve("0000:01:00.0"));
    Files.writeString(first.resolve("information"), "Model: \t\t NVIDIA A30\nIRQ:   91\n");
    Files.createDirectories(folder.resolve("0000:02:00.0"));
    assertThat(EngineReport.gpusOfDriver(folder))
        .containsExactly("NVIDIA A30", "GPU without a name");
    assertThat(EngineReport.gpusOfDriver(folder.resolve("none"))).isEmpty();
  }
}
