package io.github.weit.core.artefact;

import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Constraint;
import io.github.weit.core.Factor;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.TensorInfo;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which tensors an artefact has, by its header alone: looked at before any of them is read. */
final class ArtefactTensors {

  private static final Set<DType> TYPES = EnumSet.of(DType.F16, DType.F32, DType.F64);

  private final ArtefactHeader header;
  private final Map<String, TensorInfo> found;
  private final Map<String, Shape> expected = new LinkedHashMap<>();

  private ArtefactTensors(ArtefactHeader header, Map<String, TensorInfo> found) {
    this.header = header;
    this.found = found;
  }

  /**
   * Asserts that the tensors are those that the header calls for.
   *
   * @throws WeitException if one is missing, left over, or of another shape or type
   */
  static void require(ArtefactHeader header, Map<String, TensorInfo> found) {
    ArtefactTensors tensors = new ArtefactTensors(header, found);
    try {
      tensors.collect();
    } catch (ArithmeticException e) {
      throw new WeitException("its weight types have extents whose product leaves 63 bits", e);
    }
    tensors.compare();
  }

  private void collect() {
    Map<String, WeightType> byTemplate = new LinkedHashMap<>();
    for (WeightType type : header.types()) {
      switch (header.kind()) {
        case TEMPLATES -> {
          WeightType first = byTemplate.putIfAbsent(type.template(), type);
          if (first != null) {
            first.requireSameTemplates(type);
          }
          add(Artefact.TEMPLATE + type.template(), constraint().templates(type));
          add(Artefact.SCALER + type.name(), constraint().scalers(type));
        }
        case SCALERS -> add(Artefact.SCALER + type.name(), constraint().scalers(type));
        case WEIGHTS -> dense(type);
      }
    }
  }

  private Constraint constraint() {
    return header.constraint().orElseThrow();
  }

  private void add(String owner, List<Factor> factors) {
    factors.forEach(factor -> expected.put(factor.storedName(owner), factor.shape()));
  }

  private void dense(WeightType type) {
    if (type.depth() > found.size()) { // before so many names are made
      throw new WeitException(
          "'%s' has %d layers, but there are %d tensors in all"
              .formatted(type.name(), type.depth(), found.size()));
    }
    type.parameterNames().forEach(name -> expected.put(name, type.denseShape()));
  }

  private void compare() {
    expected.forEach(
        (name, shape) -> {
          TensorInfo tensor = found.get(name);
          if (tensor == null) {
            throw new WeitException(
                "tensor '%s' is missing, expected shape %s".formatted(name, shape));
          }
          Shape foundShape = new Shape(tensor.shape());
          if (!foundShape.equals(shape)) {
            throw new WeitException(
                "tensor '%s' has shape %s, expected %s".formatted(name, foundShape, shape));
          }
          if (!TYPES.contains(tensor.dtype())) {
            throw new WeitException(
                "tensor '%s' is of type %s, expected one of %s"
                    .formatted(name, tensor.dtype(), TYPES));
          }
        });
    Set<String> left = new TreeSet<>(found.keySet());
    left.removeAll(expected.keySet());
    if (!left.isEmpty()) {
      throw new WeitException(
          "tensor '%s' belongs to no weight type; %d of %d tensors don't"
              .formatted(left.iterator().next(), left.size(), found.size()));
    }
  }
}
