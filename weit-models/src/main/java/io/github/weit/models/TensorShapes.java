package io.github.weit.models;

import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The names and shapes of a file's tensors, asked for one by one. */
record TensorShapes(Path file, Map<String, TensorInfo> tensors) {

  private static final int SHOWN = 4;

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The size of one axis of a tensor.
   *
   * @param axes how many the tensor must have
   * @throws WeitException if there is no such tensor, it has other axes or nothing along this one
   */
  int size(String name, int axis, int axes) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw unlike("expected a tensor " + name + ", found none");
    }
    List<Long> shape = tensor.shape();
    if (shape.size() != axes || shape.get(axis) < 1 || shape.get(axis) > Integer.MAX_VALUE) {
      throw unlike("%s: expected a shape of %d axes, found %s".formatted(name, axes, shape));
    }
    return Math.toIntExact(shape.get(axis));
  }

  /**
   * The classes that a head tells apart.
   *
   * @param head the name of its matrix
   * @throws WeitException if there is none, and nothing else says it
   */
  int classes(String head, RecognisedModel.Unsaid unsaid) {
    return has(head)
        ? size(head, 0, 2)
        : unsaid
            .classes()
            .orElseThrow(
                () ->
                    unlike(
                        "no %s says how many classes it tells apart; give their number (RecognisedModel.Unsaid.classes), and take what fits (DenseImport.Mode.PARTIAL)"
                            .formatted(head)));
  }

  /**
   * How many things are numbered from 0 on.
   *
   * @param before what their tensors' names start with, up to the number and a dot
   * @throws WeitException if there is none
   */
  int count(String before) {
    int found = countOrNone(before);
    if (found == 0) {
      throw unlike("expected tensors whose names start with %s0., found none".formatted(before));
    }
    return found;
  }

  /** The same, 0 if there is none. */
  int countOrNone(String before) {
    Set<String> numbers =
        tensors.keySet().stream()
            .filter(name -> name.startsWith(before) && name.indexOf('.', before.length()) > 0)
            .map(name -> name.substring(before.length(), name.indexOf('.', before.length())))
            .collect(Collectors.toSet());
    int found = 0;
    while (numbers.contains(Integer.toString(found))) {
      found++;
    }
    return found;
  }

  /**
   * The number that {@code whole} is a multiple of {@code part} by.
   *
   * @throws WeitException if it is none
   */
  int ratio(String what, int whole, int part) {
    if (whole % part != 0) {
      throw unlike("%s: expected a multiple of %d, found %d".formatted(what, part, whole));
    }
    return whole / part;
  }

  /** The first few tensors that are none of these types. */
  List<String> others(List<WeightType> types) {
    Set<String> known =
        types.stream().flatMap(type -> type.parameterNames().stream()).collect(Collectors.toSet());
    return tensors.keySet().stream().filter(name -> !known.contains(name)).limit(SHOWN).toList();
  }

  /** An error that says what of the file is like no model of this library. */
  WeitException unlike(String difference) {
    return new WeitException(
        "%s: what model its weights belong to cannot be told from its tensors: %s"
            .formatted(file, difference));
  }
}
