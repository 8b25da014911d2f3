package io.github.weit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An ONNX graph as it is built, operator by operator in the order of the forward pass. Values have
 * names: weights those of their parameter paths, results that of the place and the operator, with a
 * number where it is taken.
 */
final class OnnxGraph {

  /** The axis of inputs and outputs whose length is not fixed. */
  static final String BATCH = "batch";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> names = new HashSet<>();
  private final NamedArrays weights;

  /** A tensor of the graph. */
  record Value(String name) {}

  /**
   * @param weights every weight and statistic under its parameter path; float32 on any device. The
   *     arrays' memory is read when the graph is written: keep them open and unchanged until then
   */
  OnnxGraph(String name, NamedArrays weights) {
    graph.setName(name);
    this.weights = weights;
  }

  /** A float32 input {@code (batch, ...shape)}. */
  Value input(String name, long... shape) {
    graph.addInput(valueInfo(unique(name), shape));
    return new Value(name);
  }

  /** Makes {@code value} the float32 output {@code name}, {@code (batch, ...shape)}. */
  void output(String name, Value value, long... shape) {
    graph.addOutput(valueInfo(unique(name), shape));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName(name + "/Identity")
            .addInput(value.name())
            .addOutput(name));
  }

  /**
   * The weight at a parameter path, stored under that name at its first use.
   *
   * @throws WeitException if there is none, or it is not float32
   */
  Value weight(String path) {
    if (names.add(path)) {
      graph.addInitializer(tensor(path, weights.get(path)));
    }
    return new Value(path);
  }

  /** Whether there is a weight at a parameter path. */
  boolean hasWeight(String path) {
    return weights.contains(path);
  }

  /** A constant vector of whole numbers: a shape, or axes. */
  Value integers(String name, long... values) {
    String stored = unique(name);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(stored)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length)
            .addAllInt64Data(Arrays.stream(values).boxed().toList()));
    return new Value(stored);
  }

  /** A constant number, of no axis. */
  Value scalar(String name, double value) {
    String stored = unique(name);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(stored)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addFloatData((float) value));
    return new Value(stored);
  }

  /**
   * Appends an operator with one result.
   *
   * @param place what it belongs to, for the names: a parameter path without its last part
   */
  Value node(String place, String operator, List<Value> inputs, AttributeProto... attributes) {
    return nodes(place, operator, 1, inputs, attributes).get(0);
  }

  /** Appends an operator with several results, see {@link #node}. */
  List<Value> nodes(
      String place,
      String operator,
      int outputs,
      List<Value> inputs,
      AttributeProto... attributes) {
    String name = unique(place + "/" + operator);
    NodeProto.Builder node = NodeProto.newBuilder().setName(name).setOpType(operator);
    inputs.forEach(input -> node.addInput(input.name()));
    node.addAllAttribute(Arrays.asList(attributes));
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      results.add(new Value(outputs == 1 ? name : unique(name + "/" + i)));
      node.addOutput(results.get(i).name());
    }
    graph.addNode(node);
    return List.copyOf(results);
  }

  /**
   * The finished graph.
   *
   * @throws WeitException if a weight takes no part in it: the family has changed and this has not
   */
  GraphProto build() {
    for (String path : weights.names()) {
      if (!names.contains(path)) {
        throw new WeitException("weight '" + path + "' takes no part in the graph");
      }
    }
    return graph.build();
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  static AttributeProto attribute(String name, long[] values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  private String unique(String name) {
    String free = name;
    for (int i = 2; !names.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  private static TensorProto tensor(String name, NDArray array) {
    if (array.getDataType() != DataType.FLOAT32) {
      throw new WeitException(
          "weight '%s': expected FLOAT32, found %s".formatted(name, array.getDataType()));
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (long length : array.getShape().getShape()) {
      tensor.addDims(length);
    }
    return tensor
        .setRawData(UnsafeByteOperations.unsafeWrap(array.toByteBuffer(true))) // little-endian
        .build();
  }

  private static ValueInfoProto valueInfo(String name, long... shape) {
    TensorShapeProto.Builder axes =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    for (long length : shape) {
      axes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(length));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(axes)))
        .build();
  }
}
