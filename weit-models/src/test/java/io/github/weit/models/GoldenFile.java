package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.NamedArrays;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Reads the float32 tensors of a golden file, which is trusted: nothing is checked. */
final class GoldenFile {

  private GoldenFile() {}

  static NamedArrays read(NDManager manager, String resource) throws IOException {
    byte[] bytes;
    try (InputStream stream = GoldenFile.class.getResourceAsStream(resource)) {
      bytes = stream.readAllBytes();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(buffer.getLong(0));
    JsonNode entries = new ObjectMapper().readTree(bytes, 8, header);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : entries.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        JsonNode shape = entry.getValue().get("shape");
        long[] extents =
            StreamSupport.stream(shape.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
        int start = 8 + header + entry.getValue().get("data_offsets").get(0).asInt();
        float[] values = new float[Math.toIntExact(new Shape(extents).size())];
        buffer.position(start).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        arrays.put(entry.getKey(), manager.create(values, new Shape(extents)));
      }
    }
    return NamedArrays.of(arrays);
  }
}
