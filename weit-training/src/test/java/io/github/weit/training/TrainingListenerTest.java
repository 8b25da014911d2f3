package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingListenerTest {

  private static TrainingListener record(List<String> into, String name) {
    return new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        into.add(name + report.step());
      }
    };
  }

  private static void run(TrainingListener listener, int steps) {
    for (int step = 1; step <= steps; step++) {
      listener.stepped(new StepReport(step, steps, 1, 1, 1, 1, Duration.ZERO));
    }
  }

  @Test
  void everyPassesOnMultiplesAndTheLastStep() {
    List<String> seen = new ArrayList<>();
    run(TrainingListener.every(3, record(seen, "s")), 7);
    assertThat(seen).containsExactly("s3", "s6", "s7");
    assertThatThrownBy(() -> TrainingListener.every(0, TrainingListener.NONE))
        .hasMessageContaining("every 0 steps");
  }

  @Test
  void allTellsEachInOrder() {
    List<String> seen = new ArrayList<>();
    run(TrainingListener.all(record(seen, "a"), TrainingListener.NONE, record(seen, "b")), 2);
    assertThat(seen).containsExactly("a1", "b1", "a2", "b2");
  }
}
