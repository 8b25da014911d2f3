package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.files.SafeTensorsReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Files of weights, input and logits that another library wrote. */
final class Golden {

  private Golden() {}

  static NamedArrays read(NDManager manager, String name) {
    Map<String, NDArray> arrays = new TreeMap<>();
    Path path = Path.of("src/test/resources/golden", name + ".safetensors");
    try (SafeTensorsReader reader = SafeTensorsReader.open(path)) {
      for (String tensor : reader.tensors().keySet()) {
        arrays.put(tensor, reader.array(manager, tensor));
      }
    }
    return NamedArrays.of(arrays);
  }

  /** Parameter names with their extents. */
  static Map<String, String> extents(List<WeightType> types) {
    Map<String, String> found = new TreeMap<>();
    for (WeightType type : types) {
      type.parameterNames().forEach(name -> found.put(name, extents(type.denseShape())));
    }
    return found;
  }

  static Map<String, String> extents(NamedArrays arrays) {
    Map<String, String> found = new TreeMap<>();
    arrays.forEach((name, array) -> found.put(name, extents(array.getShape())));
    return found;
  }

  static String extents(Shape shape) {
    return Arrays.stream(shape.getShape())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(","));
  }
}
