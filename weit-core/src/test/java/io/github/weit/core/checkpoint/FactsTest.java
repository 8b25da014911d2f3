package io.github.weit.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FactsTest {

  private static final Map<String, String> THEN = Map.of("seed", "1", "steps", "10");

  @Test
  void theSameFactsDoNotDiffer() {
    assertThat(Facts.difference(THEN, THEN)).isEmpty();
  }

  @Test
  void theFirstThatDiffersIsNamed() {
    Map<String, String> now = new TreeMap<>(Map.of("seed", "2", "steps", "20"));
    assertThat(Facts.difference(THEN, now)).contains("seed was 1 and is now 2");
  }

  @Test
  void whatWasNotRecordedDiffers() {
    assertThat(Facts.difference(THEN, Map.of("threads", "1")))
        .contains("threads was unknown and is now 1");
  }

  @Test
  void whatIsGoneDiffers() {
    assertThat(Facts.difference(THEN, Map.of("seed", "1")))
        .contains("steps was 10 and is now none");
  }
}
