package io.github.weit.core.artefact;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ArtefactHeader.Kind;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of templates, scalers or dense weights that says what it is: safetensors with the header
 * as its metadata (docs/format.md). Templates are stored as {@code template/NAME}, scalers as
 * {@code scaler/NAME}, dense weights under their parameter paths alone, so that other libraries
 * load them as they are.
 *
 * @param header what the file says of itself
 * @param arrays all arrays under their stored names; closed with this
 */
public record Artefact(ArtefactHeader header, NamedArrays arrays) implements AutoCloseable {

  static final String TEMPLATE = "template/";
  static final String SCALER = "scaler/";

  /**
   * Templates with the scalers that they were learnt with. The arrays are shared, not copied.
   *
   * @throws WeitException if the scalers are of another constraint than the templates
   */
  public static Artefact ofTemplates(
      ModelInfo model, TemplateBank bank, ScalerSet scalers, Map<String, String> provenance) {
    bank.requireSameConstraint(scalers);
    ArtefactHeader header =
        new ArtefactHeader(
            Kind.TEMPLATES, model, Optional.of(bank.constraint()), scalers.types(), provenance);
    NamedArrays arrays =
        bank.arrays().withPrefix(TEMPLATE).and(scalers.arrays().withPrefix(SCALER));
    return new Artefact(header, arrays);
  }

  /** The scalers of one size. The arrays are shared, not copied. */
  public static Artefact ofScalers(
      ModelInfo model, ScalerSet scalers, Map<String, String> provenance) {
    ArtefactHeader header =
        new ArtefactHeader(
            Kind.SCALERS, model, Optional.of(scalers.constraint()), scalers.types(), provenance);
    return new Artefact(header, scalers.arrays().withPrefix(SCALER));
  }

  /** Dense weights. The arrays are shared, not copied. */
  public static Artefact ofWeights(
      ModelInfo model,
      List<WeightType> types,
      NamedArrays weights,
      Map<String, String> provenance) {
    ArtefactHeader header =
        new ArtefactHeader(Kind.WEIGHTS, model, Optional.empty(), types, provenance);
    requireWeights("weights to be stored", types, weights);
    return new Artefact(header, weights);
  }

  /** The templates; the arrays are this artefact's own. */
  public TemplateBank bank() {
    if (header.kind() != Kind.TEMPLATES) {
      throw new WeitException(
          "expected an artefact with templates, found one of kind " + header.kind());
    }
    return TemplateBank.of(
        header.constraint().orElseThrow(), header.types(), arrays.under(TEMPLATE));
  }

  /** The scalers; the arrays are this artefact's own. */
  public ScalerSet scalers() {
    if (header.kind() == Kind.WEIGHTS) {
      throw new WeitException("expected an artefact with scalers, found dense weights");
    }
    return ScalerSet.of(header.constraint().orElseThrow(), header.types(), arrays.under(SCALER));
  }

  /** The dense weights; the arrays are this artefact's own. */
  public NamedArrays weights() {
    if (header.kind() != Kind.WEIGHTS) {
      throw new WeitException("expected dense weights, found an artefact of kind " + header.kind());
    }
    return arrays;
  }

  /** Writes the file in one move: afterwards it is the old one or the new one, whole. */
  public void save(Path file) {
    List<TensorData> tensors = new ArrayList<>();
    try (NDManager owner = WeitEngine.newManager(Device.cpu())) {
      arrays.onHost(owner).forEach((name, array) -> tensors.add(TensorData.of(name, array)));
      SafeTensorsWriter.write(file, HeaderCodec.write(header), tensors);
    }
  }

  /** Reads only what the file says of itself. */
  public static ArtefactHeader inspect(Path file) {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      return HeaderCodec.read(file, reader.metadata());
    }
  }

  /**
   * Reads what the file says of itself, and asserts that its tensors are those that it calls for.
   * None of them is read, and the engine is not needed.
   *
   * @throws WeitException if it is missing or broken, or its tensors are others
   */
  public static ArtefactHeader check(Path file) {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      ArtefactHeader header = HeaderCodec.read(file, reader.metadata());
      requireTensors(file, header, reader);
      return header;
    }
  }

  private static void requireTensors(Path file, ArtefactHeader header, SafeTensorsReader reader) {
    try {
      ArtefactTensors.require(header, reader.tensors());
    } catch (WeitException e) {
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file of the kind that is needed.
   *
   * @param manager owner of the arrays; it decides the device
   * @throws WeitException if it is missing, broken, of another kind, or its arrays are not those
   *     that its header calls for
   */
  public static Artefact load(Path file, Kind expected, NDManager manager) {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      ArtefactHeader header = HeaderCodec.read(file, reader.metadata());
      header.require(expected, file);
      requireTensors(file, header, reader);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      for (String name : reader.tensors().keySet()) {
        arrays.put(name, reader.array(manager, name));
      }
      return new Artefact(header, NamedArrays.of(arrays));
    }
  }

  private static void requireWeights(String what, List<WeightType> types, NamedArrays weights) {
    int count = 0;
    for (WeightType type : types) {
      for (String name : type.parameterNames()) {
        if (!weights.contains(name)) {
          throw new WeitException(
              "%s: '%s' is missing, expected shape %s".formatted(what, name, type.denseShape()));
        }
        if (!weights.get(name).getShape().equals(type.denseShape())) {
          throw new WeitException(
              "%s: '%s' has shape %s, expected %s"
                  .formatted(what, name, weights.get(name).getShape(), type.denseShape()));
        }
        count++;
      }
    }
    if (count != weights.size()) {
      throw new WeitException(
          "%s: expected %d arrays, found %d".formatted(what, count, weights.size()));
    }
  }

  @Override
  public void close() {
    arrays.close();
  }
}
