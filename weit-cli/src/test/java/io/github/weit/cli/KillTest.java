package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    killAfterTheSecondCheckpoint(started.toArray(), checkpoints);
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

  private void killAfterTheSecondCheckpoint(Object[] arguments, Path checkpoints)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Weit.class.getName()));
    Stream.of(arguments).map(String::valueOf).forEach(line::add);
    Path log = own.resolve("killed.log");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      while (process.isAlive() && count(checkpoints) < 2) {
        process.waitFor(2, TimeUnit.MILLISECONDS);
      }
      assertThat(process.isAlive()).as(() -> read(log)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static long count(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return 0;
    }
    try (Stream<Path> steps = Files.list(checkpoints)) {
      return steps.filter(step -> Files.exists(step.resolve("manifest.json"))).count();
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
