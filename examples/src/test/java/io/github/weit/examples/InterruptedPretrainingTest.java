package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptedPretrainingTest {

  private static final String TEMPLATES = "templates.safetensors";

  /** Before the step of that number, counted from 1 in every run. */
  private static BooleanSupplier before(int step) {
    AtomicInteger asked = new AtomicInteger();
    return () -> asked.incrementAndGet() == step;
  }

  @Test
  void endsInTheSameFileWhetherStoppedOrKilledOrNot(@TempDir Path folder) {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    InterruptedPretraining.run(whole, 5, 2, () -> false);

    InterruptedPretraining.run(broken, 5, 2, before(2)); // stopped after 1 step
    BooleanSupplier killed = before(3);
    assertThatThrownBy(
            () ->
                InterruptedPretraining.run(
                    broken,
                    5,
                    2,
                    () -> {
                      if (killed.getAsBoolean()) {
                        throw new IllegalStateException("killed after 3 steps");
                      }
                      return false;
                    }))
        .hasMessage("killed after 3 steps");
    assertThat(broken.resolve(TEMPLATES)).doesNotExist();
    assertThat(broken.resolve("checkpoints/step-000000002")).isDirectory();

    InterruptedPretraining.run(broken, 5, 2, () -> false);
    assertThat(broken.resolve(TEMPLATES)).hasSameBinaryContentAs(whole.resolve(TEMPLATES));
    assertThat(broken.resolve("checkpoints")).doesNotExist();
  }
}
