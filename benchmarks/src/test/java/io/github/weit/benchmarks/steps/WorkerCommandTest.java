package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WorkerCommandTest {

  private static final Arm OURS = Arm.parse("weit:vit:64x1:f32");
  private static final Arm TIMM = Arm.parse("timm:vit:64x1:bf16:8");

  private static RaceOptions options(boolean mallocForAll) {
    return new RaceOptions(
        2, 1, 0, 0, mallocForAll, List.of("-Dx=y"), "python", Path.of("timm.py"), new Seed(5));
  }

  @Test
  void tellsMallocWhatTheScriptTellsIt() throws Exception {
    Matcher set =
        Pattern.compile("export (MALLOC_\\w+)=.*-(\\d+)}\"")
            .matcher(Files.readString(Path.of("..", "weit")));
    Map<String, String> script = new TreeMap<>();
    while (set.find()) {
      script.put(set.group(1), set.group(2));
    }
    assertThat(WorkerCommand.MALLOC).isEqualTo(script);
  }

  @Test
  void tellsItSoForOthersOnlyIfAllAreTold() {
    assertThat(WorkerCommand.of(OURS, options(false)).environment())
        .containsAllEntriesOf(WorkerCommand.MALLOC);
    assertThat(WorkerCommand.of(TIMM, options(false)).environment())
        .doesNotContainKeys("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_");
    assertThat(WorkerCommand.of(TIMM, options(true)).environment())
        .containsAllEntriesOf(WorkerCommand.MALLOC);
  }

  @Test
  void leavesDjlToTheSystemsMalloc() {
    Arm djl = Arm.parse("djl:vit:64x1:f32");
    assertThat(WorkerCommand.of(djl, options(false)).command())
        .contains("-Dweit.malloc=system")
        .doesNotContain("-Dx=y");
  }

  @Test
  void startsEveryArmWithTheSameThreads() {
    assertThat(WorkerCommand.of(OURS, options(false)).command())
        .contains("-Dx=y")
        .endsWith(StepWorker.class.getName(), "weit:vit:64x1:f32", "2", "5");
    assertThat(WorkerCommand.of(TIMM, options(false)).command())
        .containsExactly("python", "timm.py", "timm:vit:64x1:bf16:8", "2", "5");
    for (Arm arm : List.of(OURS, TIMM)) {
      assertThat(WorkerCommand.of(arm, options(false)).environment())
          .containsEntry("OMP_NUM_THREADS", "2");
    }
  }
}
