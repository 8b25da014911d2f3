package io.github.weit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.models.SizedModel;
import io.github.weit.onnx.OnnxGraph.Value;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Writes a dense model as an ONNX file of standard operators (opset {@value #OPSET}), with float32
 * weights under their parameter paths.
 *
 * <table>
 * <caption>What the file takes and gives</caption>
 * <tr><td>{@code image}<td>{@code (batch, ...inputShape)}, float32, normalised as in training
 * <tr><td>{@code logits}<td>{@code (batch, classes)}, float32
 * </table>
 *
 * <p>The batch axis may have any length. Metadata: {@code weit.family}, {@code weit.options}
 * ({@code key=value} on lines), {@code weit.size}, and where they are known {@code data.classes}
 * (names on lines, in the order of the logits) and {@code data.normalisation} ({@code
 * mean=a,b,c;deviation=d,e,f}, of pixels from 0 to 1).
 */
public final class OnnxExport {

  /** The version of the operators: the first with layer normalisation. */
  public static final int OPSET = 17;

  /** The input's name. */
  public static final String INPUT = "image";

  /** The output's name. */
  public static final String OUTPUT = "logits";

  /** The version of the container that came with {@link #OPSET}. */
  private static final int IR_VERSION = 8;

  /** What one protobuf message holds at most. */
  private static final long LIMIT = Integer.MAX_VALUE;

  /** Bytes per operator and name, generously. */
  private static final long MARGIN = 16 << 20;

  private static final int BUFFER = 1 << 20;

  private OnnxExport() {}

  /**
   * Writes {@code file} as a whole or not at all, see {@link AtomicFile}; the same model gives the
   * same bytes.
   *
   * @param provenance of the artefact that the model comes from; class names and normalisation are
   *     taken from it if they are there
   * @throws WeitException if the family has no ONNX form, the model needs calibration, weights are
   *     not float32, they do not fit one file (2 GiB), or the file system refuses
   */
  public static void write(SizedModel model, Map<String, String> provenance, Path file) {
    if (model.needsCalibration()) {
      throw new WeitException(
          "cannot write %s: the running statistics of its batch norms have not been measured; calibrate or train the model first"
              .formatted(file));
    }
    requireFits(file, 4 * model.arrays().elements());
    NDArray first = model.weights().asMap().values().iterator().next();
    try (NDManager host = first.getManager().newSubManager()) {
      write(proto(model, provenance, host), file);
    }
  }

  private static void write(ModelProto proto, Path file) {
    CRC32C written = new CRC32C();
    AtomicFile.write(
        file,
        channel -> {
          written.reset(); // it may not be the first attempt
          OutputStream out =
              new BufferedOutputStream(
                  new CheckedOutputStream(Channels.newOutputStream(channel), written), BUFFER);
          proto.writeTo(out);
          out.flush();
        },
        path -> requireSame(path, written.getValue()));
  }

  static void requireFits(Path file, long bytes) {
    if (bytes > LIMIT - MARGIN) {
      throw new WeitException(
          "cannot write %s: the weights take %d bytes, one ONNX file holds at most %d; export a smaller size, or as safetensors"
              .formatted(file, bytes, LIMIT - MARGIN));
    }
  }

  /** The message, which reads weights where they lie, or from copies in {@code host}. */
  private static ModelProto proto(
      SizedModel model, Map<String, String> provenance, NDManager host) {
    OnnxGraph graph =
        new OnnxGraph(model.family().id() + " " + model.size(), model.arrays().onHost(host));
    Value images = graph.input(INPUT, model.family().inputShape().getShape());
    Value logits = FamilyGraph.of(model.family()).logits(graph, model.size(), images);
    graph.output(OUTPUT, logits, model.family().classes());
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setProducerName("weit")
            .setProducerVersion(version())
            .setGraph(graph.build());
    metadata(model, provenance)
        .forEach(
            (key, value) ->
                proto.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return proto.build();
  }

  private static Map<String, String> metadata(SizedModel model, Map<String, String> provenance) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("weit.family", model.family().id());
    metadata.put("weit.size", model.size().toString());
    List<String> options =
        new TreeMap<>(model.family().options())
            .entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
    metadata.put("weit.options", String.join("\n", options));
    for (String key : List.of(ImageFacts.CLASSES, ImageFacts.NORMALISATION)) {
      if (provenance.containsKey(key)) {
        metadata.put(key, provenance.get(key));
      }
    }
    return metadata;
  }

  private static String version() {
    String version = OnnxExport.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static void requireSame(Path path, long written) throws IOException {
    CRC32C read = new CRC32C();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(path), read)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    if (read.getValue() != written) {
      throw new IOException("the bytes read back differ from those written");
    }
  }
}
