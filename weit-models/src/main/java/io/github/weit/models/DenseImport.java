package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.SafeTensorsReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Dense weights from a safetensors file of another library, matched by name and shape. Families
 * have the parameter paths of the library they are known from (timm, torchvision), so a checkpoint
 * of the same architecture and size fits as it is.
 *
 * @param model what was made of it, float32; closed with this
 * @param taken paths whose values are the file's
 * @param fresh paths that the file does not have, or has in another shape, with the family's usual
 *     random start. Where anything but the head is among them, running statistics are those of
 *     other weights: they are all fresh then, the model has none and {@link
 *     SizedModel#needsCalibration}
 * @param leftOver tensors of the file that were not taken
 * @param ignored tensors of the file that no forward pass reads: batch norms' counts of training
 *     steps
 */
public record DenseImport(
    SizedModel model,
    List<String> taken,
    List<String> fresh,
    List<String> leftOver,
    List<String> ignored)
    implements AutoCloseable {

  public DenseImport {
    taken = List.copyOf(taken);
    fresh = List.copyOf(fresh);
    leftOver = List.copyOf(leftOver);
    ignored = List.copyOf(ignored);
  }

  /** What happens where file and family differ. */
  public enum Mode {
    /** It is an error. */
    STRICT,
    /** What fits is taken and the rest starts fresh; nothing that fits is an error. */
    PARTIAL
  }

  /**
   * Reads {@code file}.
   *
   * @param manager owner of the arrays
   * @param seed of what starts fresh
   * @throws WeitException if the file is missing or broken, if a tensor to be taken is not of type
   *     F64, F32, F16 or BF16, or by {@code mode}; the message names the first few differences
   */
  public static DenseImport read(
      Path file, Family family, Size size, Mode mode, NDManager manager, Seed seed) {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      List<WeightType> learnt = family.weights(size);
      List<WeightType> measured = family.statistics(size);
      List<WeightType> types = Stream.concat(learnt.stream(), measured.stream()).toList();
      NameMatch match = NameMatch.of(types, reader.tensors());
      match.require(file, family + " at size " + size, mode == Mode.PARTIAL);
      Set<String> head = Set.copyOf(SizedModel.headNames(family, size));
      if (!head.containsAll(match.fresh())) {
        match.leave(names(measured).collect(Collectors.toSet()));
      }
      Map<String, NDArray> arrays = match.start(learnt, manager, seed);
      Set<String> taken = Set.copyOf(match.taken());
      for (WeightType type : types) {
        type.parameterNames().stream()
            .filter(taken::contains)
            .forEach(name -> arrays.put(name, array(reader, manager, name, type.denseShape())));
      }
      boolean whole = names(measured).allMatch(arrays::containsKey);
      SizedModel model =
          new SizedModel(
              family, size, only(learnt, arrays), only(whole ? measured : List.of(), arrays));
      return new DenseImport(
          model, match.taken(), match.fresh(), match.leftOver(), match.ignored());
    }
  }

  private static Stream<String> names(List<WeightType> types) {
    return types.stream().flatMap(type -> type.parameterNames().stream());
  }

  private static NamedArrays only(List<WeightType> types, Map<String, NDArray> arrays) {
    Map<String, NDArray> found = new LinkedHashMap<>();
    names(types).forEach(name -> found.put(name, arrays.get(name)));
    return NamedArrays.of(found);
  }

  private static NDArray array(
      SafeTensorsReader reader, NDManager manager, String name, Shape shape) {
    NDArray stored = reader.array(manager, name);
    if (stored.getDataType() == DataType.FLOAT32 && stored.getShape().equals(shape)) {
      return stored;
    }
    try (stored;
        NDArray shaped = stored.reshape(shape)) {
      return shaped.getDataType() == DataType.FLOAT32
          ? shaped.duplicate() // toType to the same type would not copy
          : shaped.toType(DataType.FLOAT32, true);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
