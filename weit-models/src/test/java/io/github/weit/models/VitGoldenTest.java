package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights, input and logits written by timm; see src/test/python/make_golden.py. */
class VitGoldenTest {

  private static final Size SIZE = new Size(24, 2);

  private static Vit vit(Vit.Pooling pooling) {
    return new Vit(16, 3, 4, 5, 8, 4, pooling, new TemplateCut(8, 2, 2, 2));
  }

  @ParameterizedTest
  @CsvSource({"CLASS_TOKEN, vit-class-token", "MEAN, vit-mean"})
  void givesTheLogitsOfTimm(Vit.Pooling pooling, String file) {
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays golden = Golden.read(manager, file);
      NDArray logits =
          vit(pooling)
              .forward(golden.under("weights/"), SIZE, golden.get("input"), Pass.evaluation());
      Values.assertClose(Values.toDoubles(logits), Values.toDoubles(golden.get("logits")), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"CLASS_TOKEN, vit-class-token", "MEAN, vit-mean"})
  void hasTheParametersOfTimm(Vit.Pooling pooling, String file) {
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays golden = Golden.read(manager, file).under("weights/");
      assertThat(Golden.extents(vit(pooling).weights(SIZE))).isEqualTo(Golden.extents(golden));
    }
  }

  @Test
  void hasTheParametersOfThePublishedTinyModel() throws IOException {
    List<String> found = new ArrayList<>();
    for (WeightType type : Vit.deit(1000).weights(new Size(192, 12))) {
      for (String name : type.parameterNames()) {
        found.add(name + " " + Golden.extents(type.denseShape()));
      }
    }
    try (InputStream stream =
        VitGoldenTest.class.getResourceAsStream("/golden/deit_tiny_patch16_224.txt")) {
      List<String> expected =
          new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
