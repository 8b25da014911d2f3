package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Scalers;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A size kept as its scalers alone, beside the templates that all sizes share. */
class ScalersTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;
  private static Path fitted;
  private static Path scalers;

  @BeforeAll
  static void fitOnce() {
    fixture = Fixture.make(shared);
    fitted = shared.resolve("fitted.safetensors");
    scalers = shared.resolve("scalers.safetensors");
    Command fit = fit(fitted, "--size", "96x3", "--scalers-out", scalers);
    assertThat(fit).extracting(Command::code, Command::err).containsExactly(0, "");
  }

  private static Command fit(Path out, Object... more) {
    Object[] usual = {
      "--data", fixture.data(), "--steps", 2, "--batch", 8, "--images", 16, "--out", out
    };
    return fromTemplates(Stream.of(usual, more).flatMap(Arrays::stream).toArray());
  }

  private static Command fromTemplates(Object... more) {
    Object[] usual = {"fit", "--templates", fixture.templates()};
    return Command.run(Stream.of(usual, more).flatMap(Arrays::stream).toArray());
  }

  private static void assertSame(NamedArrays found, NamedArrays expected) {
    assertThat(found.names()).isEqualTo(expected.names());
    expected.forEach(
        (name, array) ->
            assertThat(found.get(name).toFloatArray()).as(name).isEqualTo(array.toFloatArray()));
  }

  @Test
  void takeLessThanTheirModelAndGiveItBack() throws Exception {
    Path again = own.resolve("again.safetensors");
    Command compose = fromTemplates("--scalers", scalers, "--no-fit", "--out", again);
    assertThat(compose).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Files.size(scalers)).isLessThan(Files.size(fitted) / 4);
    assertThat(Artefact.inspect(again).provenance())
        .containsAllEntriesOf(Artefact.inspect(fitted).provenance())
        .containsEntry("scalers.sha256", Hashes.sha256(scalers));
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel expected = SizedModel.load(fitted, manager);
        SizedModel found = SizedModel.load(again, manager);
        Templates templates = Templates.load(fixture.templates(), manager);
        Scalers read = Scalers.load(scalers, manager);
        SizedModel composed = templates.compose(read, manager)) {
      assertSame(found.weights(), expected.weights());
      assertSame(composed.weights(), expected.weights());
      assertThat(composed.size()).isEqualTo(new Size(96, 3));
      assertThat(composed.provenance()).isEqualTo(read.provenance());
    }
  }

  @Test
  void areFittedFurther() {
    Path further = own.resolve("further.safetensors");
    Command fit = fit(further, "--scalers", scalers);
    assertThat(fit).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Artefact.inspect(further).provenance())
        .containsEntry("fit.start", "scalers")
        .containsEntry("scalers.sha256", Hashes.sha256(scalers));
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel before = SizedModel.load(fitted, manager);
        SizedModel after = SizedModel.load(further, manager)) {
      assertThat(after.weights().get("head.weight").toFloatArray())
          .isNotEqualTo(before.weights().get("head.weight").toFloatArray());
    }
  }

  @Test
  void goWithNoOtherTemplates() {
    Path other = own.resolve("other.safetensors");
    assertThat(fixture.pretrain(other, 1).code()).isZero();
    Command compose =
        Command.run(
            "fit",
            "--templates",
            other,
            "--scalers",
            scalers,
            "--no-fit",
            "--out",
            own.resolve("out"));
    assertThat(compose.code()).isEqualTo(1);
    assertThat(compose.err())
        .startsWith("weit: " + scalers + " does not go with " + other)
        .contains("made from other templates");
    assertThat(own.resolve("out")).doesNotExist();
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(other, manager);
        Scalers read = Scalers.load(scalers, manager)) {
      assertThatThrownBy(() -> templates.compose(read, manager))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("made from other templates");
    }
  }

  @Test
  void sayTheSizeAndTheStart() {
    assertThat(fromTemplates("--no-fit").err()).contains("Missing required option: '--size");
    assertThat(fromTemplates("--scalers", scalers, "--no-fit", "--size", "64x2").err())
        .contains(scalers + " has the scalers of 96x3, found --size 64x2");
    assertThat(fit(own.resolve("out"), "--scalers", scalers, "--start", "random").err())
        .contains("--scalers says where scalers start; leave out --start");
    assertThat(fromTemplates("--scalers", fixture.templates(), "--no-fit").err())
        .contains("expected scalers", "found templates");
    assertThat(fromTemplates("--scalers", scalers, "--no-fit", "--out", scalers).err())
        .contains("cannot write " + scalers);
  }
}
