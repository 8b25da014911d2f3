package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weights that think red impossible: the loss of a red picture is 3e38, just below the largest
 * float, so a batch with two of them has an infinite loss, and one with fewer has not.
 */
class SkipStepsTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void makeWeights() throws IOException {
    fixture = Fixture.make(shared);
    setBiasOfRed(fixture.weights(), -3e38f);
  }

  private static void setBiasOfRed(Path file, float value) throws IOException {
    TensorInfo bias;
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      bias = reader.tensors().get("head.bias");
    }
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int data = 8 + (int) buffer.getLong(0);
    buffer.putFloat(data + (int) bias.begin() + 4 * Pictures.CLASSES.indexOf("red"), value);
    Files.write(file, bytes);
  }

  private Command train(int skippable) {
    return train(fixture.weights(), skippable);
  }

  private Command train(Path weights, int skippable) {
    return Command.run(
        "train",
        "--weights",
        weights,
        "--data",
        fixture.data(),
        "--epochs",
        1,
        "--batch",
        3,
        "--skip-steps",
        skippable,
        "--out",
        own.resolve("out.safetensors"));
  }

  @Test
  void aRunGoesOnAndSaysHowManyStepsWereSkipped() {
    Command command = train(8);
    assertThat(command.code()).isZero();
    List<String> warnings = command.err().lines().toList();
    assertThat(warnings).hasSizeBetween(1, 4); // there are eight red pictures, in batches of three
    for (int i = 0; i < warnings.size(); i++) {
      assertThat(warnings.get(i))
          .contains("skipped step", "(" + (i + 1) + " of at most 8)", "Infinity");
    }
    assertThat(command.out())
        .contains("epoch 1:", "skipped %d of 8 steps".formatted(warnings.size()), "wrote");
  }

  @Test
  void withoutItTheRunEndsAndNamesStepAndSize() {
    Command command = train(0);
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.complaint().lines()).hasSize(1);
    assertThat(command.complaint()).startsWith("weit: ").contains("diverged at step", "32x1");
    assertThat(own.resolve("out.safetensors")).doesNotExist();
  }

  @Test
  void oneMoreThanMayBeSkippedEndsTheRun() {
    int needed = (int) train(8).err().lines().count();
    Command command = train(needed - 1);
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.err()).contains("diverged at step");
    assertThat(command.err().lines()).hasSize(needed);
  }

  /** However many steps may be skipped: nothing comes of it. */
  @Test
  void weightsThatAreNoNumbersAreNotTrained() throws IOException {
    Path damaged = Files.copy(fixture.weights(), own.resolve("damaged.safetensors"));
    setBiasOfRed(damaged, Float.NaN);
    Command command = train(damaged, 8);
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.complaint()).contains("weights to start at are no numbers", "damaged");
    assertThat(own.resolve("out.safetensors")).doesNotExist();
  }
}
