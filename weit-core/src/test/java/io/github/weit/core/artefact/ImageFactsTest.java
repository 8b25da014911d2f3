package io.github.weit.core.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageFactsTest {

  private static final ImageFacts FACTS =
      new ImageFacts(List.of("a cat", "a dog"), List.of(0.1, 1.0 / 3), List.of(0.25, 1e-3));

  @Test
  void areReadBackAsTheyWereWritten() {
    assertThat(ImageFacts.of(FACTS.provenance())).isEqualTo(FACTS);
  }

  @Test
  void standAmongOthersUnderTheirPrefix() {
    Map<String, String> mixed =
        Map.of(ImageFacts.ID, "photos", "steps", "5", ImageFacts.CLASSES, "x", "datatype", "y");
    assertThat(ImageFacts.in(mixed))
        .containsOnlyKeys(ImageFacts.ID, ImageFacts.CLASSES)
        .containsEntry(ImageFacts.ID, "photos");
  }
}
