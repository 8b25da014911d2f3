package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.TaughtFit;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fit in one call of Java, against the command. */
class TaughtFitTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  private static ImageSet images() {
    return ImageFolders.read(
        fixture.data(), "train", ImageFolderOptions.COLOUR.withSubPath("train"));
  }

  @Test
  void isWhatTheCommandDoes() {
    Path file = own.resolve("fitted.safetensors");
    Command command =
        Command.run(
            "fit",
            "--tuned",
            "--templates",
            fixture.templates(),
            "--size",
            "96x3",
            "--images",
            16,
            "--steps",
            5,
            "--batch",
            8,
            "--seed",
            7,
            "--data",
            fixture.data(),
            "--out",
            file);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    List<Long> steps = new ArrayList<>();
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(fixture.templates(), manager);
        SizedModel expected = SizedModel.load(file, manager);
        SizedModel found =
            TaughtFit.tuned()
                .withRecipe(TaughtFit.tuned().recipe().withBatchSize(8))
                .withImages(16)
                .withSteps(5)
                .withSeed(new Seed(7))
                .withListener(report -> steps.add(report.step()))
                .run(templates, new Size(96, 3), images(), manager)) {
      assertThat(steps).hasSize(5);
      assertThat(found.provenance()).isEqualTo(ImageFacts.in(expected.provenance()));
      expected
          .weights()
          .forEach(
              (name, array) ->
                  assertThat(found.weights().get(name).toFloatArray())
                      .as(name)
                      .isEqualTo(array.toFloatArray()));
    }
  }

  @Test
  void isTunedAsTheCommandIs() {
    String help = Command.run("fit", "--help").out().replaceAll("\\s+", " ");
    TaughtFit tuned = TaughtFit.tuned();
    assertThat(help)
        .contains("(default: 2000; tuned: %d)".formatted(tuned.images()))
        .contains("(default: 150; tuned: %d)".formatted(tuned.recipe().steps()));
    String rate = help.replaceFirst(".*--rate=RATE ", "").replaceFirst(" --.*", "");
    assertThat(rate).contains("2.5e-4");
    assertThat(tuned.recipe().learningRate()).isEqualTo(2.5e-4);
  }

  @Test
  void imagesOfOtherClassesAreRefusedAtOnce() {
    Path other = own.resolve("two");
    Pictures.draw(other, 8, List.of("blue", "red"));
    ImageSet two = ImageFolders.read(other, "two", ImageFolderOptions.COLOUR.withSubPath("train"));
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(fixture.templates(), manager)) {
      assertThatThrownBy(() -> TaughtFit.tuned().run(templates, new Size(32, 1), two, manager))
          .hasMessageContainingAll("know 3 classes", "two has 2");
    }
  }

  @Test
  void labelsAreNotAskedFor() {
    assertThatThrownBy(() -> TaughtFit.tuned().withTeaching(TeachingOptions.of(0.5)))
        .hasMessageContaining("a teacher's weight of 1, found 0.5");
    TeachingOptions softer = TeachingOptions.TUNED.withTemperature(2);
    assertThat(TaughtFit.tuned().withTeaching(softer).withSteps(3).teaching()).isEqualTo(softer);
  }

  @Test
  void fewerImagesThanABatchAreABatch() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(fixture.templates(), manager);
        SizedModel model =
            TaughtFit.tuned()
                .withImages(6)
                .withSteps(1)
                .run(templates, new Size(32, 1), images(), manager)) {
      assertThat(model.size()).isEqualTo(new Size(32, 1));
    }
  }

  @Test
  void aSizeThatTheFamilyHasNotIsRefusedAtOnce() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(fixture.templates(), manager)) {
      assertThatThrownBy(() -> TaughtFit.tuned().run(templates, new Size(50, 3), images(), manager))
          .hasMessageContaining("50");
    }
  }
}
