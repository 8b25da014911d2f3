package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {

  @TempDir private Path folder;

  @BeforeEach
  void measuredOnce() throws IOException {
    Experiment.require(folder, Map.of("fit", "slow"));
    Files.createFile(folder.resolve(Comparison.CSV));
  }

  @Test
  void theSameSettingsGoOn() {
    assertThatCode(() -> Experiment.require(folder, Map.of("fit", "slow")))
        .doesNotThrowAnyException();
  }

  @Test
  void otherSettingsAreRefusedAndNamed() throws IOException {
    String before = Files.readString(folder.resolve(Experiment.FILE));
    assertThatThrownBy(() -> Experiment.require(folder, Map.of("fit", "fast")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("fit was slow and is now fast");
    assertThat(folder.resolve(Experiment.FILE)).hasContent(before);
  }

  @Test
  void trialsWithoutATableCountToo() throws IOException {
    Files.delete(folder.resolve(Comparison.CSV));
    Files.createDirectories(folder.resolve("trials"));
    Files.createFile(folder.resolve("trials/claims"));
    Experiment.require(folder, Map.of("fit", "fast")); // nothing was measured

    Files.createFile(folder.resolve("trials/weit-64x6-1.csv"));
    assertThatThrownBy(() -> Experiment.require(folder, Map.of("fit", "slow")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("fit was fast and is now slow");
  }

  @Test
  void whatIsKnownOfEarlierRunsIsToldToo() {
    Experiment.require(folder, Map.of("rate of weit", "0.1"));
    assertThat(Experiment.require(folder, Map.of("fit", "slow")))
        .containsEntry("fit", "slow")
        .containsEntry("rate of weit", "0.1");
  }

  @Test
  void whatIsNewIsAddedAndCountsFromThenOn() {
    Experiment.require(folder, Map.of("fit", "slow", "parent DENSE", "a"));
    Experiment.require(folder, Map.of("fit", "slow"));
    assertThatThrownBy(() -> Experiment.require(folder, Map.of("parent DENSE", "b")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("parent DENSE was a and is now b");
  }

  /** What an earlier version wrote of fits that learn from labels alone. */
  @Test
  void noTeachingIsATeachingOfZero() throws IOException {
    Files.writeString(folder.resolve(Experiment.FILE), "fit = slow\n");
    assertThatThrownBy(() -> Experiment.require(folder, Map.of(Experiment.TEACHING, "1.0")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("fit's teaching was 0.0 and is now 1.0");
    Experiment.require(folder, Map.of(Experiment.TEACHING, "0.0"));
    assertThat(folder.resolve(Experiment.FILE)).content().contains("fit's teaching = 0.0");
  }
}
