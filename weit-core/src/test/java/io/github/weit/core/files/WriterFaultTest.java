package io.github.weit.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each step of a write fails in turn: the file is the old one or the new one, whole. */
class WriterFaultTest {

  @TempDir private Path folder;
  private Path file;
  private byte[] old;
  private byte[] fresh;

  @BeforeEach
  void oldAndNew() throws IOException {
    file = folder.resolve("artefact.safetensors");
    write(file, 2);
    fresh = Files.readAllBytes(file);
    write(file, 1);
    old = Files.readAllBytes(file);
  }

  private static void write(Path target, int value) {
    TensorData one =
        new TensorData("a", DType.U8, List.of(3L), ByteBuffer.wrap(new byte[] {1, 2, 3}));
    TensorData two =
        new TensorData("b", DType.U8, List.of(1L), ByteBuffer.wrap(new byte[] {(byte) value}));
    SafeTensorsWriter.write(target, Map.of("value", Integer.toString(value)), List.of(one, two));
  }

  @Test
  void aFailingDiskLeavesTheOldFileAndNoLitter() throws IOException {
    List<String> failed = new ArrayList<>();
    for (int n = 0; failingAt(n, false, failed); n++) {
      assertThat(Files.readAllBytes(file)).as("after fault %d", n).isEqualTo(expected(failed));
      assertThat(Raw.namesIn(folder)).containsExactly("artefact.safetensors");
      write(file, 1);
    }
    assertThat(failed)
        .containsExactly(
            "open", "open", "write", "write", "write", "write", "force", "move", "force");
    assertThat(Files.readAllBytes(file)).isEqualTo(fresh);
  }

  @Test
  void aCrashLeavesTheOldFileOrTheNewOne() throws IOException {
    List<String> failed = new ArrayList<>();
    for (int n = 0; failingAt(n, true, failed); n++) {
      assertThat(Files.readAllBytes(file)).as("after crash %d", n).isEqualTo(expected(failed));
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        assertThat(reader.tensors()).containsOnlyKeys("a", "b");
      }
      write(file, 1);
    }
    assertThat(failed).hasSize(9);
  }

  @Test
  void anInterruptAtAnyPointLeavesTheNewFileAndIsStillThereAfterwards() throws IOException {
    boolean more = true;
    for (int n = 0; more; n++) {
      FaultyFiles files = FaultyFiles.interruptingAt(n);
      write(files.path(file), 2);
      more = files.operations().size() > n;
      assertThat(Thread.interrupted()).as("flag after an interrupt at %d", n).isEqualTo(more);
      assertThat(Files.readAllBytes(file)).as("interrupted at %d", n).isEqualTo(fresh);
      assertThat(Raw.namesIn(folder)).containsExactly("artefact.safetensors");
      write(file, 1);
    }
  }

  /** The new file has its name once it was moved; forcing the folder afterwards is a precaution. */
  private byte[] expected(List<String> failed) {
    return failed.size() > 1 && failed.get(failed.size() - 2).equals("move") ? fresh : old;
  }

  /** Whether there was a change of that number to fail; adds what it was. */
  private boolean failingAt(int n, boolean crash, List<String> failed) {
    FaultyFiles faulty = new FaultyFiles(n, crash);
    try {
      write(faulty.path(file), 2);
    } catch (WeitException e) {
      assertThat(e).hasMessageContainingAll("cannot write", "artefact.safetensors");
    }
    if (faulty.operations().size() <= n) {
      return false;
    }
    failed.add(faulty.operations().get(n));
    return true;
  }
}
