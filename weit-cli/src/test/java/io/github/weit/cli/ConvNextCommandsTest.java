package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands do for ConvNeXt what they do for transformers. */
class ConvNextCommandsTest {

  private static final String FAMILY = "--family convnext --patch 1 --stages 2 --template-width 8";

  @TempDir Path folder;

  @Test
  void templatesAreLearntFittedTrainedAndEvaluated() {
    Path data = folder.resolve("data");
    Pictures.draw(data, 8);
    Path templates = folder.resolve("templates.safetensors");
    Path fitted = folder.resolve("fitted.safetensors");
    Path trained = folder.resolve("trained.safetensors");
    String pretrain = "pretrain --size 24x2-2 --pretrain-steps 3 --pretrain-batch 8 " + FAMILY;
    run(pretrain, "--data", data, "--out", templates);
    String fit = "fit --size 16x1-3 --steps 2 --images 16 --batch 8";
    run(fit, "--templates", templates, "--data", data, "--out", fitted);
    assertThat(run("inspect", fitted)).contains("convnext {", "16x1-3");
    String train = "train --epochs 1 --batch 8";
    run(train, "--weights", fitted, "--data", data, "--out", trained);
    assertThat(run("eval", "--weights", trained, "--data", data)).contains("top-1");
    assertThat(run("plan --depths 2-3", "--templates", templates)).contains("16x2-2", "24x3-3");
  }

  private static String run(String line, Object... more) {
    Object[] arguments = Stream.concat(Stream.of(line.split(" ")), Stream.of(more)).toArray();
    Command command = Command.run(arguments);
    assertThat(command.code()).as(command.err()).isZero();
    return command.out();
  }
}
