package io.github.weit.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** A number, a name, or the order: templates that differ in any are others. */
  @Test
  void arraysOfAnotherNumberNameOrOrderHaveAnotherHash() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      String hash = hash(manager, "a", 1, "b", 2);
      assertThat(hash(manager, "a", 1, "b", 2)).isEqualTo(hash);
      assertThat(
              List.of(
                  hash(manager, "a", 1, "b", Math.nextUp(2f)),
                  hash(manager, "a", 2, "b", 1),
                  hash(manager, "a", 1, "c", 2),
                  hash(manager, "b", 2, "a", 1)))
          .doesNotHaveDuplicates()
          .doesNotContain(hash);
    }
  }

  private static String hash(NDManager manager, String one, float x, String two, float y) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put(one, manager.create(new float[] {x}));
    arrays.put(two, manager.create(new float[] {y}));
    return Hashes.sha256(NamedArrays.of(arrays));
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
