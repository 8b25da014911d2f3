package io.github.weit.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FactsTest {

  private static final Map<String, String> THEN = Map.of("seed", "1", "steps", "10");

  @Test
  void theSameFactsDoNotDiffer() {
    assertThat(Facts.differences(THEN, THEN)).isEmpty();
  }

  @Test
  void allThatDifferAreNamedInTheOrderOfTheirNames() {
    assertThat(Facts.differences(THEN, Map.of("steps", "20", "seed", "2")).values())
        .containsExactly("seed was 1 and is now 2", "steps was 10 and is now 20");
  }

  @Test
  void whatWasNotRecordedOrIsGoneDiffers() {
    assertThat(Facts.differences(THEN, Map.of("seed", "1", "threads", "1")))
        .containsExactly(
            entry("steps", "steps was 10 and is now none"),
            entry("threads", "threads was unknown and is now 1"));
  }
}
