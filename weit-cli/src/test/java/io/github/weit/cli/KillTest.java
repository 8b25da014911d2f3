package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.engine.DenseForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in processes of their own that are killed, and go on. */
class KillTest {

  @TempDir static Path shared;
  @TempDir private Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  @Test
  void pretrainingThatWasKilledEndsInTheSameFile() throws Exception {
    List<Object> command =
        List.of(
            "pretrain",
            "--data",
            fixture.data(),
            "--size",
            "64x2",
            "--pretrain-steps",
            120,
            "--pretrain-batch",
            8,
            "--template-counts",
            "2,2,1");
    assertKillingChangesNothing(command, true);
  }

  @Test
  void trainingThatWasKilledEndsInTheSameFile() throws Exception {
    List<Object> command =
        List.of(
            "train",
            "--weights",
            fixture.weights(),
            "--data",
            fixture.data(),
            "--epochs",
            40,
            "--batch",
            8,
            "--ema",
            0.99);
    assertKillingChangesNothing(command, true);
  }

  @Test
  void aFitThatWasKilledEndsInTheSameFile() throws Exception {
    List<Object> command =
        List.of(
            "fit",
            "--templates",
            fixture.templates(),
            "--size",
            "32x2",
            "--data",
            fixture.data(),
            "--steps",
            120,
            "--batch",
            8,
            "--fit-teaching",
            0.5);
    assertKillingChangesNothing(command, false);
  }

  private void assertKillingChangesNothing(List<Object> command, boolean logged) throws Exception {
    Path whole = own.resolve("whole.safetensors");
    assertThat(Command.run(with(command, "--out", whole)))
        .extracting(Command::code, Command::err)
        .containsExactly(0, "");
    Path pieces = own.resolve("pieces.safetensors");
    Path checkpoints = own.resolve("checkpoints");
    Object[] piecewise =
        with(command, "--out", pieces, "--checkpoints", checkpoints, "--checkpoint-every", 4);
    Path log = own.resolve("log");
    List<Object> started = List.of(logged ? with(List.of(piecewise), "--log", log) : piecewise);
    killAfterTheSecondCheckpoint(started.toArray(), List.of(pieces, checkpoints, log));
    Command again = Command.run(piecewise);
    assertThat(again.code()).isNotZero();
    assertThat(again.err()).contains("earlier run", "resume it, or delete the folder");
    Command resumed = Command.run(with(started, "--resume"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(pieces).hasSameBinaryContentAs(whole);
    assertThat(checkpoints).doesNotExist();
    if (logged) {
      assertThat(firstColumn(log.resolve("metrics.csv")))
          .isEqualTo(LongStream.rangeClosed(1, 120).boxed().toList());
    }
  }

  private static List<Long> firstColumn(Path csv) throws IOException {
    return Files.readAllLines(csv).stream()
        .skip(1)
        .map(row -> Long.valueOf(row.substring(0, row.indexOf(','))))
        .toList();
  }

  private static Object[] with(List<Object> command, Object... more) {
    return Stream.concat(command.stream(), Stream.of(more)).toArray();
  }

  /**
   * Begins anew where the process had ended before it was killed, as it may if this one is slow.
   *
   * @param written what it writes, the second its checkpoints
   */
  private void killAfterTheSecondCheckpoint(Object[] arguments, List<Path> written)
      throws IOException, InterruptedException {
    int attempts = 0;
    while (!isKilledAfterTheSecondCheckpoint(arguments, written.get(1))) {
      attempts++;
      assertThat(attempts).as("runs that ended before they were killed").isLessThan(5);
      for (Path path : written) {
        delete(path);
      }
    }
  }

  /** Starts and kills; returns false where the process had ended by itself. */
  private boolean isKilledAfterTheSecondCheckpoint(Object[] arguments, Path checkpoints)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add("-Dweit.dense=" + DenseForm.current().name().toLowerCase(Locale.ROOT)); // of this one
    line.add(Weit.class.getName());
    Stream.of(arguments).map(String::valueOf).forEach(line::add);
    Path log = own.resolve("killed.log");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      while (process.isAlive() && count(checkpoints) < 2) {
        process.waitFor(2, TimeUnit.MILLISECONDS);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    if (process.exitValue() == 0) {
      return false;
    }
    assertThat(count(checkpoints)).as(() -> read(log)).isGreaterThanOrEqualTo(2);
    return true;
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> all = Files.walk(path)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private static long count(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return 0;
    }
    try (Stream<Path> steps = Files.list(checkpoints)) {
      return steps.filter(step -> Files.exists(step.resolve("manifest.json"))).count();
    } catch (NoSuchFileException e) {
      return 0; // the run has just ended, and cleared them
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
