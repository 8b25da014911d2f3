package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and their names are the same where people write numbers in digits of another script. */
class LocaleTest {

  @TempDir private Path folder;

  private static <T> T inPersian(Supplier<T> action) {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try {
      return action.get();
    } finally {
      Locale.setDefault(usual);
    }
  }

  private Path data() {
    return Pictures.draw(folder.resolve("data"), 16);
  }

  @ParameterizedTest
  @CsvSource({"vit,64x2", "resnet,16x2-1-1", "convnext,16x2-1-1"})
  void templatesAndModelsAreTheSame(String family, String size) throws IOException {
    Path data = data();
    Object[] pretrain = {
      "pretrain", "--data", data, "--family", family, "--size", size, "--pretrain-steps", 1
    };
    Object[] small = {"--template-counts", "2,2,1", "--pretrain-batch", 8, "--out"};
    Path usual = folder.resolve("usual.safetensors");
    Path persian = folder.resolve("persian.safetensors");
    run(pretrain, small, usual);
    inPersian(() -> run(pretrain, small, persian));
    assertThat(persian).hasSameBinaryContentAs(usual);
    Object[] fit = {
      "fit",
      "--data",
      data,
      "--size",
      size,
      "--steps",
      1,
      "--images",
      8,
      "--batch",
      8,
      "--templates"
    };
    Path fitted = folder.resolve("fitted.safetensors");
    Path persianFitted = folder.resolve("persian-fitted.safetensors");
    run(fit, usual, "--out", fitted);
    inPersian(() -> run(fit, persian, "--out", persianFitted));
    assertThat(persianFitted).hasSameBinaryContentAs(fitted);
  }

  @Test
  void aComparisonGoesOn() throws IOException {
    Object[] compare = {
      "compare", "--data", data(), "--size", "64x2", "--pretrain-steps", 1, "--pretrain-batch", 8
    };
    Object[] trials = {
      "--sizes", "32x2", "--seeds", 1, "--epochs", 1, "--batch", 8, "--fit-steps", 1, "--out"
    };
    Path usual = folder.resolve("usual");
    Path persian = folder.resolve("persian");
    assertThat(run(compare, trials, usual).out()).contains("% correct");
    assertThat(inPersian(() -> run(compare, trials, usual)).out()).doesNotContain("% correct");
    assertThat(inPersian(() -> run(compare, trials, persian)).out()).contains("% correct");
    assertThat(files(persian)).isEqualTo(files(usual));
    assertThat(persian.resolve("experiment.txt"))
        .hasSameTextualContentAs(usual.resolve("experiment.txt"));
  }

  @Test
  void packedImagesAreTheSame() {
    Path data = data();
    Path usual = folder.resolve("usual.safetensors");
    Path persian = folder.resolve("persian.safetensors");
    run("pack", "--data", data, "--out", usual);
    inPersian(() -> run("pack", "--data", data, "--out", persian));
    assertThat(persian).hasSameBinaryContentAs(usual);
  }

  @Test
  void aCheckpointIsFound() {
    CheckpointStore store = new CheckpointStore(folder, 1);
    Path saved =
        inPersian(
            () ->
                store.save(
                    12, Map.of(), Map.of("a.txt", file -> AtomicFile.writeText(file, "text"))));
    assertThat(saved).hasFileName("step-000000012");
    assertThat(store.latest().checkpoint()).hasValueSatisfying(found -> found.file("a.txt"));
  }

  private static Command run(Object... arguments) {
    Command command =
        Command.run(
            Stream.of(arguments)
                .flatMap(
                    given ->
                        given instanceof Object[] several ? Stream.of(several) : Stream.of(given))
                .toArray());
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    return command;
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }
}
