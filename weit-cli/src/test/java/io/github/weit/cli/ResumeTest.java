package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.cli.run.Checkpoints;
import io.github.weit.cli.run.PretrainJob;
import io.github.weit.cli.run.PretrainStart;
import io.github.weit.core.Seed;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.data.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --resume} does where there is no checkpoint, or none of the last step. */
class ResumeTest {

  private static final ImageSet IMAGES =
      ImageSet.of("grey", List.of("a", "b"), 1, 8, 8, new int[] {0, 1, 0, 1}, new byte[4 * 64]);

  @TempDir static Path shared;
  @TempDir private Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  private static Object[] with(Object[] first, Object... more) {
    return Stream.of(first, more).flatMap(Stream::of).toArray();
  }

  /** A run that is done is left as it is; one with another option is another run. */
  private void assertDoneOnce(String done, Object[] command, Object... other) throws IOException {
    Path out = own.resolve("out.safetensors");
    Object[] resumed = with(command, "--out", out, "--resume");
    assertThat(Command.run(resumed).out()).doesNotContain("is done");
    byte[] result = Files.readAllBytes(out);
    Command again = Command.run(resumed);
    assertThat(again).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(again.out()).endsWith(out + " is done: " + done + " steps\n");
    assertThat(out).hasBinaryContent(result);
    Command another = Command.run(with(resumed, other));
    assertThat(another).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(another.out()).contains("wrote " + out).doesNotContain("is done");
  }

  @Test
  void aPretrainingThatIsDoneIsNotDoneAgain() throws IOException {
    Object[] pretrain = {
      "pretrain", "--data", fixture.data(), "--size", "64x2", "--pretrain-steps", 2
    };
    Object[] batch = {"--pretrain-batch", 8};
    assertDoneOnce("2 of 2", with(pretrain, batch), "--seed", 3);
  }

  @Test
  void aTrainingThatIsDoneIsNotDoneAgain() throws IOException {
    Object[] train = {"train", "--data", fixture.data(), "--epochs", 1, "--batch", 8};
    assertDoneOnce("3 of 3", with(train, "--weights", fixture.weights()), "--rate", 0.01);
  }

  @Test
  void aFitThatIsDoneIsNotDoneAgain() throws IOException {
    Object[] fit = {"fit", "--data", fixture.data(), "--templates", fixture.templates()};
    Object[] how = {"--size", "32x1", "--steps", 2, "--batch", 8};
    assertDoneOnce("2 of 2", with(fit, how), "--scalers-out", own.resolve("scalers"));
  }

  @Test
  void aFitIsNotDoneWhereItsScalersAreOfAnother() {
    Path scalers = own.resolve("scalers");
    Object[] fit = {"fit", "--data", fixture.data(), "--templates", fixture.templates()};
    Object[] how = {"--steps", 2, "--batch", 8, "--scalers-out", scalers, "--out"};
    Object[] other = {own.resolve("other"), "--size", "32x2"};
    Object[] wanted = {own.resolve("wanted"), "--size", "32x1"};
    assertThat(Command.run(with(with(fit, how), wanted)).code()).isZero();
    assertThat(Command.run(with(with(fit, how), other)).code()).isZero();
    Command again = Command.run(with(with(fit, how), with(wanted, "--resume")));
    assertThat(again.out()).contains("wrote " + scalers).doesNotContain("is done");
    assertThat(Artefact.inspect(scalers).model().size()).isEqualTo("32x1");
    Command resumed = Command.run(with(with(fit, how), with(wanted, "--resume")));
    assertThat(resumed.out()).contains("is done");
  }

  private PretrainJob.End stopped(Path checkpoints, long every) {
    PretrainPlan plan =
        PretrainPlan.of(Vit.small(8, 1, 2), new Size(32, 1), PretrainPlan.recipe(9, 2))
            .withFullSizeAlone();
    Checkpoints kept = new Checkpoints(checkpoints, every, Begin.RESUME_IF_ANY);
    int[] asked = {0};
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      return new PretrainJob(plan, new Seed(0), IMAGES, PretrainStart.untrained(IMAGES), kept)
          .run(manager, own.resolve("t"), report -> {}, () -> asked[0]++ == 2);
    }
  }

  @Test
  void aRunThatWasStoppedSaysWhereItGoesOn() throws IOException {
    Path checkpoints = own.resolve("checkpoints");
    PretrainJob.End end = stopped(checkpoints, 500);
    assertThat(end.done()).isFalse();
    assertThat(end.sentence()).contains("with --resume to go on from " + checkpoints);

    Path blocked = Files.createFile(own.resolve("blocked")); // as a full disk is
    assertThat(stopped(blocked, 500).sentence())
        .contains("no checkpoint could be written in " + blocked, "--resume begins again");
  }

  /** That after step 4 is blocked by a file of its name. */
  @Test
  void theNewestCheckpointIsNamedWhereTheLastCannotBeWritten() throws IOException {
    Path checkpoints = Files.createDirectories(own.resolve("checkpoints"));
    stopped(checkpoints, 1);
    Files.createFile(checkpoints.resolve("step-000000004"));
    assertThat(stopped(checkpoints, 500).sentence())
        .contains("--resume goes on from the newest, that after step 2 in " + checkpoints);
  }
}
