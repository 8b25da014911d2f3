package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.SizedModel;
import io.github.weit.training.data.EvaluationBatches;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {

  @TempDir static Path shared;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  /** Two images of fixed numbers. */
  static NDArray batch(NDManager manager) {
    float[] values = new float[2 * 3 * 8 * 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 % 23 - 11) / 8f;
    }
    return manager.create(values, new Shape(2, 3, 8, 8));
  }

  @Test
  void anotherProcessPredictsTheSameWithAPlainDjlModel() throws Exception {
    Path picture = fixture.data().resolve("test/blue/0.png"); // the first in stored order
    List<String> lines = elsewhere(fixture.weights(), picture);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        WeightsFile file = WeightsFile.load(fixture.weights(), manager)) {
      SizedModel model = file.model();
      assertSame(lines.get(0), model.logits(batch(manager)).toFloatArray());
      assertThat(lines.get(1)).isEqualTo("blue,green,red");
      ImageSet test =
          ImageFolders.read(fixture.data(), "test", ImageFolderOptions.COLOUR.withSubPath("test"));
      NDArray first = new EvaluationBatches(test, file.normalisation(), 1).images(0, manager);
      assertSame(lines.get(2), model.logits(first).softmax(-1).toFloatArray());
    }
  }

  private static void assertSame(String printed, float[] expected) {
    double[] found =
        Arrays.stream(printed.replaceAll("[\\[\\] ]", "").split(","))
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  private static List<String> elsewhere(Path weights, Path picture)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Elsewhere.class.getName(),
                weights.toString(),
                picture.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return printed.lines().toList();
  }
}
