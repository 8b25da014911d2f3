package io.github.weit.cli.attack;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ModelInfo;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Templates as this library writes them, each with one thing changed. */
final class ArtefactAttacks {

  private static final String KIND = "artefact";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BIAS = "template/patch_embed.proj.bias";

  private final AttackFolder folder;
  private final byte[] header;
  private final byte[] data;

  private ArtefactAttacks(AttackFolder folder, byte[] whole) {
    this.folder = folder;
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    this.header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    this.data = new byte[bytes.remaining()];
    bytes.get(data);
  }

  static void addTo(AttackFolder folder) {
    Path base = folder.path(KIND, "base.safetensors");
    write(base);
    try {
      ArtefactAttacks attacks = new ArtefactAttacks(folder, Files.readAllBytes(base));
      Files.delete(base);
      attacks.metadata();
      attacks.missing();
      attacks.models();
      attacks.types();
      attacks.tensors();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file) {
    Family family = new Vit(8, 3, 4, 3, 32, 2, Vit.Pooling.MEAN, new TemplateCut(32, 1, 1, 1));
    Size size = new Size(32, 1);
    List<WeightType> types = family.weights(size);
    KroneckerConstraint constraint = new KroneckerConstraint();
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      Artefact.ofTemplates(
              new ModelInfo(family.id(), family.options(), size.toString()),
              TemplateBank.create(constraint, types, manager, new Seed(1)),
              ScalerSet.create(constraint, types, manager, new Seed(1)),
              Map.of("seed", "1"))
          .save(file);
    }
  }

  private void metadata() {
    set("newer format", "weit.format", "2", "artefact format 2, this version reads up to 1");
    set("format is no number", "weit.format", "one", "expected a version number, found 'one'");
    set("unknown kind", "weit.kind", "OPTIMISER", "found 'OPTIMISER'");
    set("weights with a constraint", "weit.kind", "WEIGHTS", "dense weights don't");
    set("templates called scalers", "weit.kind", "SCALERS", "belongs to no weight type");
    set("unknown constraint", "weit.constraint", "tucker", "unknown constraint 'tucker'");
    set("unknown order", "weit.constraint_options", "{\"order\":\"SIDEWAYS\"}", "found 'SIDEWAYS'");
    set("provenance with a number", "weit.provenance", "{\"seed\":7}", "expected text in 'seed'");
    set("provenance is a list", "weit.provenance", "[]", "expected an object of strings");
    set("provenance is deep", "weit.provenance", "[".repeat(50_000), "is no JSON");
    set(
        "provenance with a key twice",
        "weit.provenance",
        "{\"seed\":\"1\",\"seed\":\"2\"}",
        "is no JSON: Duplicate field 'seed'");
  }

  private void missing() {
    for (String key :
        List.of(
            "weit.kind",
            "weit.family",
            "weit.model",
            "weit.size",
            "weit.types",
            "weit.provenance",
            "weit.constraint_options")) {
      change("no " + key, metadata -> metadata.remove(key), "'" + key + "': it is missing");
    }
    change("no weit.format", metadata -> metadata.remove("weit.format"), "no WeiT artefact");
    change(
        "no weit.constraint",
        metadata -> metadata.remove("weit.constraint"),
        "templates and scalers name a constraint");
  }

  private void models() {
    set("unknown family", "weit.family", "vat", "unknown family 'vat'");
    set("model is no JSON", "weit.model", "{vit}", "is no JSON");
    set("model says nothing", "weit.model", "{}", "is missing");
    option("no image", "image_size", "0", "the image size must be a multiple");
    option("classes beyond an int", "classes", "99999999999", "must be a whole number");
    option("templates of 0", "template_width", "0", "must be at least 1");
    option("pooling of words", "pooling", "WORDS", "unknown pooling 'WORDS'");
    option("other classes", "classes", "4", "weight types are not those of its family");
    option("two billion classes", "classes", "2147483647", "weight types are not those");
    set("size of words", "weit.size", "wide", "'wide' is no size");
    set("width that is not legal", "weit.size", "50x1", "width 50");
    set("other size", "weit.size", "64x1", "weight types are not those of its family and size");
    set("nine thousand layers", "weit.size", "32x9999", "weight types are not those");
  }

  private void types() {
    set("no types", "weit.types", "[]", "expected a list of weight types");
    set("types are no list", "weit.types", "{}", "expected a list of weight types");
    set("type without a name", "weit.types", "[{\"name\":3}]", "expected text in 'name'");
    set("types are no JSON", "weit.types", "[{}", "is no JSON");
    replace(
        "type of another name", "\"name\":\"head.bias\"", "\"name\":\"head.bia5\"", "not those of");
    replace(
        "extent of 0", "\"template\":32,\"scaler\":1", "\"template\":0,\"scaler\":1", "at least 1");
    replace("extent of 2^62", "\"scaler\":1}", "\"scaler\":4611686018427387904}", "extent");
    replace("role of words", "\"role\":\"OUT\"", "\"role\":\"OUTSIDE\"", "found 'OUTSIDE'");
    replace("terms of -1", "\"terms\":1", "\"terms\":-1", "at least one template");
  }

  private void tensors() {
    tensors(
        "tensor of another name",
        root -> root.set("template/other", root.remove(BIAS)),
        "tensor '" + BIAS + "' is missing, expected shape (1, 32)");
    tensors(
        "tensor of another shape",
        root -> ((ObjectNode) root.get(BIAS)).putArray("shape").add(32).add(1),
        "has shape (32, 1), expected (1, 32)");
    tensors(
        "tensor of another type",
        root -> ((ObjectNode) root.get(BIAS)).put("dtype", "I32"),
        "is of type I32");
    tensors(
        "one tensor more",
        root ->
            root.putObject("extra")
                .put("dtype", "F32")
                .<ObjectNode>set("shape", JSON.createArrayNode().add(0))
                .set("data_offsets", JSON.createArrayNode().add(0).add(0)),
        "tensor 'extra' belongs to no weight type");
  }

  private void set(String name, String key, String value, String phrase) {
    change(name, metadata -> metadata.put(key, value), phrase);
  }

  private void option(String name, String key, String value, String phrase) {
    change(
        name,
        metadata -> {
          ObjectNode model = object(metadata.get("weit.model").textValue());
          metadata.put("weit.model", model.put(key, value).toString());
        },
        phrase);
  }

  private void replace(String name, String from, String to, String phrase) {
    change(
        name,
        metadata -> {
          String types = metadata.get("weit.types").textValue();
          metadata.put("weit.types", types.replace(from, to));
        },
        phrase);
  }

  private void change(String name, Consumer<ObjectNode> change, String phrase) {
    tensors(name, root -> change.accept((ObjectNode) root.get("__metadata__")), phrase);
  }

  private void tensors(String name, Consumer<ObjectNode> change, String phrase) {
    String before = new String(header, StandardCharsets.UTF_8);
    ObjectNode root = object(before);
    JsonNode unchanged = root.deepCopy();
    change.accept(root);
    if (root.equals(unchanged)) {
      throw new IllegalStateException(name + ": nothing was changed");
    }
    byte[] changed = SafeTensorsAttacks.declaring(root.toString(), data.length);
    System.arraycopy(data, 0, changed, changed.length - data.length, data.length);
    folder.add(KIND, name, ".safetensors", changed, phrase);
  }

  private static ObjectNode object(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
