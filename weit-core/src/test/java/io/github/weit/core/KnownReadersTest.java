package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Readers are named in META-INF/services of the test resources, one file for each kind. */
class KnownReadersTest {

  interface Good extends OptionsReader<String> {}

  interface Twice extends OptionsReader<String> {}

  interface Taken extends OptionsReader<String> {}

  interface Broken extends OptionsReader<String> {}

  /** A reader that is found. */
  public static final class Shout implements Good {
    @Override
    public String id() {
      return "shout";
    }

    @Override
    public String read(Map<String, String> options) {
      return options.get("word") + "!";
    }
  }

  /** One of two of one name. */
  public static class One implements Twice {
    @Override
    public String id() {
      return "same";
    }

    @Override
    public String read(Map<String, String> options) {
      return "";
    }
  }

  /** The other one. */
  public static final class Other extends One {}

  /** A reader of what is known already. */
  public static final class Taker implements Taken {
    @Override
    public String id() {
      return "own";
    }

    @Override
    public String read(Map<String, String> options) {
      return "";
    }
  }

  private static KnownReaders<String> beside(Class<? extends OptionsReader<String>> service) {
    return new KnownReaders<>("word", Map.of("own", options -> "said"), service);
  }

  @Test
  void whatAnotherLibraryNamesIsRead() {
    assertThat(beside(Good.class).of("shout", Map.of("word", "hey"))).isEqualTo("hey!");
    assertThatThrownBy(() -> beside(Good.class).of("whisper", Map.of()))
        .hasMessageContainingAll("unknown word 'whisper'", "own, shout", "class path");
  }

  @Test
  void twoOfOneNameAreRefusedAndNamed() {
    assertThatThrownBy(() -> beside(Twice.class).of("same", Map.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("'same'", "One", "Other", "both read it");
    assertThatThrownBy(() -> beside(Taken.class).of("other", Map.of()))
        .hasMessageContainingAll("'own'", "this library", "Taker");
  }

  @Test
  void aBrokenOneIsNamedAndInNobodyElsesWay() {
    assertThatThrownBy(() -> beside(Broken.class).of("other", Map.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("NoSuchClass");
    assertThat(beside(Broken.class).of("own", Map.of())).isEqualTo("said");
    assertThat(beside(Taken.class).of("own", Map.of())).isEqualTo("said");
  }
}
