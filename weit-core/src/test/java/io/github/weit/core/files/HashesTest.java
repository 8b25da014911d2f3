package io.github.weit.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashesTest {

  /** FIPS 180-2, appendix B.1. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;

  @Test
  void hashesTheStandardsExampleInOnePartOrTwo() {
    assertThat(Hashes.sha256(ascii("abc"))).isEqualTo(ABC);
    assertThat(Hashes.sha256(ascii("a"), ascii(""), ascii("bc"))).isEqualTo(ABC);
  }

  @Test
  void hashesAFileAsItsBytes() {
    byte[] bytes = new byte[200_000];
    bytes[150_000] = 1;
    Path file = Raw.write(folder.resolve("file"), bytes);
    assertThat(Hashes.sha256(file)).isEqualTo(Hashes.sha256(bytes));
  }

  @Test
  void aMissingFileIsSaid() {
    assertThatThrownBy(() -> Hashes.sha256(folder.resolve("missing")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("no such file");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
