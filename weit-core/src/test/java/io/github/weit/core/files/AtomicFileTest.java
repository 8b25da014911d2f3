package io.github.weit.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void oldFile() throws IOException {
    target = folder.resolve("file.txt");
    Files.writeString(target, "old");
  }

  @Test
  void replacesTheOldFile() {
    AtomicFile.writeText(target, "new \u00e9");
    assertThat(target).hasContent("new \u00e9");
    assertOnlyTheTarget();
  }

  @Test
  void anInterruptedThreadWritesAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    AtomicFile.writeText(target, "new");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(target).hasContent("new");
    assertOnlyTheTarget();
  }

  @Test
  void aThreadThatIsInterruptedWhileItWritesBeginsAgain() {
    List<String> attempts = new ArrayList<>();
    AtomicFile.write(
        target,
        channel -> {
          attempts.add("write");
          if (attempts.size() == 1) {
            Thread.currentThread().interrupt();
          }
          channel.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
        },
        written -> assertThat(written).hasContent("new"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(attempts).hasSize(2);
    assertThat(target).hasContent("new");
    assertOnlyTheTarget();
  }

  @Test
  void anInterruptedThreadIsToldOfAFailureAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> AtomicFile.writeText(folder, "text"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("it is a folder");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aLinkStaysOneAndWhatItPointsToIsWritten() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    AtomicFile.writeText(link, "new");
    assertThat(link).isSymbolicLink().hasContent("new");
    assertThat(target).isRegularFile().hasContent("new");
  }

  /** A superuser would put a file in the place of {@code /dev/null}. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPipeIsNotReplaced() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> AtomicFile.writeText(pipe, "new"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(pipe.toString(), "a device or pipe");
    assertThat(Files.exists(pipe) && !Files.isRegularFile(pipe)).isTrue();
  }

  @Test
  void theOldFileStandsUntilTheNewOneIsVerified() {
    AtomicFile.write(
        target,
        channel -> {
          channel.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
          assertThat(target).hasContent("old");
        },
        written -> {
          assertThat(written.getParent()).isEqualTo(folder.toRealPath());
          assertThat(written).hasContent("new");
          assertThat(target).hasContent("old");
        });
    assertThat(target).hasContent("new");
    assertOnlyTheTarget();
  }

  @Test
  void aFailureInTheBodyLeavesTheOldFileAlone() {
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {1, 2}));
                      throw new IOException("disk full");
                    },
                    written -> {}))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("cannot write " + target + ": disk full");
    assertThat(target).hasContent("old");
    assertOnlyTheTarget();
  }

  @Test
  void aFailureInTheCheckLeavesTheOldFileAlone() {
    IllegalStateException failure = new IllegalStateException("not as meant");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 2})),
                    written -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(target).hasContent("old");
    assertOnlyTheTarget();
  }

  @Test
  void anErrorOfTheMachineLeavesTheOldFileAlone() {
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      throw new OutOfMemoryError("injected");
                    },
                    written -> {}))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(target).hasContent("old");
    assertOnlyTheTarget();
  }

  @Test
  void aFailureLeavesNoFileWhereNoneWas() {
    Path fresh = folder.resolve("deep/er/file.txt");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    fresh,
                    channel -> {},
                    written -> {
                      throw new IOException("no");
                    }))
        .isInstanceOf(WeitException.class);
    assertThat(Raw.namesIn(fresh.getParent())).isEmpty();
  }

  @Test
  void aMissingFolderIsMade() {
    Path deep = folder.resolve("a/b/file.txt");
    AtomicFile.writeText(deep, "text");
    assertThat(deep).hasContent("text");
  }

  @Test
  void aFolderBehindALinkServes() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    AtomicFile.writeText(link.resolve("file.txt"), "text");
    assertThat(real.resolve("file.txt")).hasContent("text");
  }

  @Test
  void aFileInTheFoldersPlaceIsSaid() {
    assertThatThrownBy(() -> AtomicFile.writeText(target.resolve("file.txt"), "text"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining(target + " is a file where a folder is needed");
  }

  @Test
  void aFolderInTheTargetsPlaceIsSaid() {
    assertThatThrownBy(() -> AtomicFile.writeText(folder, "text"))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("it is a folder");
    assertOnlyTheTarget();
  }

  @Test
  void leftoversOfOtherWritersAreNotTouched() throws IOException {
    Path other = Files.writeString(folder.resolve(".weit-1-1.tmp"), "another process's");
    AtomicFile.writeText(target, "new");
    assertThat(other).hasContent("another process's");
    assertThat(Raw.namesIn(folder)).containsExactly(".weit-1-1.tmp", "file.txt");
  }

  @Test
  void manyWritersToOneTargetLeaveOneWholeFile() throws Exception {
    int writers = 4;
    int rounds = 10;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    List<Future<?>> done = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      String text = String.valueOf((char) ('a' + writer)).repeat(50_000 + writer);
      texts.add(text);
      done.add(
          pool.submit(
              () -> {
                for (int round = 0; round < rounds; round++) {
                  AtomicFile.writeText(target, text);
                }
              }));
    }
    for (Future<?> writer : done) {
      writer.get();
    }
    pool.shutdown();
    assertThat(texts).contains(Files.readString(target));
    assertOnlyTheTarget();
  }

  private void assertOnlyTheTarget() {
    assertThat(Raw.namesIn(folder)).containsExactly("file.txt");
  }
}
