package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FamiliesTest {

  /** Named in META-INF/services of the test resources. */
  public static final class TinyReader implements FamilyReader {
    @Override
    public String id() {
      return "tiny";
    }

    @Override
    public Family read(Map<String, String> options) {
      return Vit.small(8, 1, Integer.parseInt(options.get("classes")));
    }
  }

  @Test
  void aFamilyOfAnotherLibraryIsFound() {
    assertThat(Families.of("tiny", Map.of("classes", "3"))).isEqualTo(Vit.small(8, 1, 3));
    assertThatThrownBy(() -> Families.of("huge", Map.of()))
        .hasMessageContainingAll("unknown family 'huge'", "convnext, resnet, tiny, vit");
  }
}
