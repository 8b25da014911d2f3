package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerTest {

  private static Worker start(String... lines) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BrokenWorker.class.getName());
    command.addAll(List.of(lines));
    return Worker.start("an arm", new ProcessBuilder(command));
  }

  @Test
  void thatDiesIsReportedWithItsLastWords() {
    try (Worker worker = start()) {
      assertThatThrownBy(worker::ready)
          .isInstanceOf(WeitException.class)
          .hasMessageStartingWith(
              "an arm: its process ended with exit code 1 before it answered to its first word;"
                  + " its standard error ends:\n")
          .hasMessageContaining("IllegalStateException: this one breaks");
    }
  }

  @Test
  void thatBeginsWithNonsenseIsReported() {
    try (Worker worker = start("good morning")) {
      assertThatThrownBy(worker::ready)
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("expected 'ready' and a JSON object")
          .hasMessageContaining("found 'good morning'");
    }
  }

  @Test
  void thatGivesTooFewTimesOrNoneIsReported() {
    for (String answer : List.of("1.5", "1.5 fast", "1.5 -2.0", "1.5 NaN", "")) {
      try (Worker worker = start("ready {\"threads\": 2}", answer)) {
        assertThat(worker.ready()).containsEntry("threads", 2);
        assertThatThrownBy(() -> worker.run(2)).isInstanceOf(WeitException.class);
      }
    }
  }

  @Test
  void thatCannotBeStartedIsReported() {
    ProcessBuilder builder = new ProcessBuilder("no-such-interpreter");
    assertThatThrownBy(() -> Worker.start("an arm", builder))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("an arm: cannot start 'no-such-interpreter'")
        .hasMessageContaining("PYTHON names the interpreter");
  }
}
