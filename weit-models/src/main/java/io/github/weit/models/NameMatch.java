package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The parameters of a model and the tensors of a file side by side, before any array is made. */
final class NameMatch {

  /** Batch normalisation's count of its training steps: no forward pass reads it. */
  private static final String COUNTER = ".num_batches_tracked";

  private static final Set<DType> NUMBERS = EnumSet.of(DType.F64, DType.F32, DType.F16, DType.BF16);

  private static final int SHOWN = 4;

  private final List<String> taken = new ArrayList<>();
  private final List<String> fresh = new ArrayList<>();
  private final List<String> leftOver = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> misshapen = new ArrayList<>();
  private final List<String> unusable = new ArrayList<>();

  private NameMatch() {}

  static NameMatch of(List<WeightType> types, Map<String, TensorInfo> tensors) {
    NameMatch match = new NameMatch();
    for (WeightType type : types) {
      type.parameterNames().forEach(name -> match.add(name, type.denseShape(), tensors));
    }
    Set<String> known = new HashSet<>(match.taken);
    tensors.keySet().stream()
        .filter(name -> !known.contains(name))
        .forEach(name -> (name.endsWith(COUNTER) ? match.ignored : match.leftOver).add(name));
    return match;
  }

  private void add(String name, Shape expected, Map<String, TensorInfo> tensors) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      missing.add("%s %s".formatted(name, expected));
      fresh.add(name);
    } else if (!holds(new Shape(tensor.shape()), expected)) {
      misshapen.add(
          "%s: expected %s, found %s".formatted(name, expected, new Shape(tensor.shape())));
      fresh.add(name);
    } else {
      taken.add(name);
      if (!NUMBERS.contains(tensor.dtype())) {
        unusable.add(name + ": " + tensor.dtype());
      }
    }
  }

  /** A 1x1 convolution is a matrix: timm's smaller ConvNeXts have those for their MLPs. */
  private static boolean holds(Shape found, Shape expected) {
    return found.equals(expected)
        || expected.dimension() == 2 && found.equals(expected.addAll(new Shape(1, 1)));
  }

  /** What the file has and is of no use: it starts fresh. */
  void leave(Set<String> names) {
    List<String> left = taken.stream().filter(names::contains).toList();
    taken.removeAll(names);
    fresh.addAll(left);
    leftOver.addAll(left);
  }

  /** Paths that the file has in the right shape. */
  List<String> taken() {
    return taken;
  }

  /** Paths that it has not, or in another shape. */
  List<String> fresh() {
    return fresh;
  }

  /** Tensors of the file that are not taken. */
  List<String> leftOver() {
    return leftOver;
  }

  /** Tensors of the file that no forward pass reads. */
  List<String> ignored() {
    return ignored;
  }

  /**
   * @param model what was asked for, in words
   * @param partial whether what fits is enough
   */
  void require(Path file, String model, boolean partial) {
    if (!unusable.isEmpty()) {
      throw new WeitException(
          "%s: weights must be of type F64, F32, F16 or BF16, found %s"
              .formatted(file, few(unusable)));
    }
    String differences = differences();
    if (taken.isEmpty() || !partial && !differences.isEmpty()) {
      throw new WeitException(
          "%s does not hold the weights of %s: %s; describe the model that it holds%s"
              .formatted(
                  file,
                  model,
                  differences,
                  taken.isEmpty() ? "" : ", or take what fits (DenseImport.Mode.PARTIAL)"));
    }
  }

  private String differences() {
    Set<String> wrong = new HashSet<>(fresh);
    List<String> strangers = leftOver.stream().filter(name -> !wrong.contains(name)).toList();
    return String.join(
        "; ",
        Stream.of(
                described("missing", missing),
                described("of another shape", misshapen),
                described("left over", strangers))
            .filter(text -> !text.isEmpty())
            .toList());
  }

  private static String described(String what, List<String> names) {
    return names.isEmpty() ? "" : names.size() + " " + what + " (" + few(names) + ")";
  }

  private static String few(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
        + (names.size() > SHOWN ? ", ..." : "");
  }

  /** The usual random start of what the file does not give, in {@code manager}. */
  Map<String, NDArray> start(List<WeightType> types, NDManager manager, Seed seed) {
    Map<String, NDArray> started = new LinkedHashMap<>();
    for (WeightType type : types) {
      if (type.parameterNames().stream().anyMatch(fresh::contains)) {
        DenseWeights.initial(List.of(type), manager, seed)
            .forEach(
                (name, array) -> {
                  if (fresh.contains(name)) {
                    started.put(name, array);
                  } else {
                    array.close();
                  }
                });
      }
    }
    return started;
  }
}
