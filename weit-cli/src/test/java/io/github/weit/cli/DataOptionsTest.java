package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataOptionsTest {

  @TempDir static Path shared;
  @TempDir private Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  @Test
  void aNameIsTheSetAndAFolderOfThatNameIsWrittenWithADot() throws Exception {
    Pictures.drawTrain(own.resolve("cifar10"), 8);
    assertThat(composed("cifar10"))
        .contains("weit: cifar10 is missing", "fetching is off")
        .doesNotContain("wrote");
    assertThat(composed("./cifar10"))
        .contains("./cifar10 has no test images: nothing is measured", "wrote");
    assertThat(said("inspect", "cifar10", "--data-folder", "fetched"))
        .contains("weit: cifar10 is missing");
  }

  @Test
  void trainingWithoutTestImagesSaysThatNothingIsMeasured() {
    Path data = own.resolve("data");
    Pictures.drawTrain(data, 8);
    Object[] train = {"train", "--size", "32x1", "--epochs", 1, "--batch", 8, "--data", data};
    Command command =
        Command.run(
            Stream.of(train, new Object[] {"--out", own.resolve("t")})
                .flatMap(Stream::of)
                .toArray());
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out())
        .contains(data + " has no test images: nothing is measured")
        .doesNotContain("epoch 1:");
  }

  /** What a process in a folder says that composes and looks at test images. */
  private String composed(String data) throws IOException, InterruptedException {
    String templates = fixture.templates().toString();
    String[] fit = {"fit", "--templates", templates, "--size", "32x1", "--no-fit"};
    String[] images = {"--data", data, "--offline", "--data-folder", "fetched"};
    return said(Stream.of(fit, images).flatMap(Stream::of).toArray(String[]::new));
  }

  private String said(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Weit.class.getName()));
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line).directory(own.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
