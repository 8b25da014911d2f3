package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.SafeTensorsReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      NamedArrays golden = golden(manager, file);
      NDArray logits =
          vit(pooling)
              .forward(golden.under("weights/"), SIZE, golden.get("input"), Pass.evaluation());
      Values.assertClose(Values.toDoubles(logits), Values.toDoubles(golden.get("logits")), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"CLASS_TOKEN, vit-class-token", "MEAN, vit-mean"})
  void hasTheParametersOfTimm(Vit.Pooling pooling, String file) {
    Map<String, String> expected = new TreeMap<>();
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      golden(manager, file)
          .under("weights/")
          .forEach((name, array) -> expected.put(name, extents(array.getShape().getShape())));
    }
    Map<String, String> found = new TreeMap<>();
    for (WeightType type : vit(pooling).weights(SIZE)) {
      for (String name : type.parameterNames()) {
        found.put(name, extents(type.denseShape().getShape()));
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void hasTheParametersOfThePublishedTinyModel() throws IOException {
    List<String> found = new ArrayList<>();
    for (WeightType type : Vit.deit(1000).weights(new Size(192, 12))) {
      for (String name : type.parameterNames()) {
        found.add(name + " " + extents(type.denseShape().getShape()));
      }
    }
    try (InputStream stream =
        VitGoldenTest.class.getResourceAsStream("/golden/deit_tiny_patch16_224.txt")) {
      List<String> expected =
          new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static NamedArrays golden(NDManager manager, String name) {
    Map<String, NDArray> arrays = new TreeMap<>();
    Path path = Path.of("src/test/resources/golden", name + ".safetensors");
    try (SafeTensorsReader reader = SafeTensorsReader.open(path)) {
      for (String tensor : reader.tensors().keySet()) {
        arrays.put(tensor, reader.array(manager, tensor));
      }
    }
    return NamedArrays.of(arrays);
  }

  private static String extents(long[] shape) {
    return Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(","));
  }
}
