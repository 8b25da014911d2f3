package io.github.weit.core.artefact;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.weit.core.Axis;
import io.github.weit.core.AxisRole;
import io.github.weit.core.Constraint;
import io.github.weit.core.Constraints;
import io.github.weit.core.Initial;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A header as the string metadata of a safetensors file and back, see docs/format.md. */
final class HeaderCodec {

  static final String FORMAT = "weit.format";
  static final int VERSION = 1;
  private static final String KIND = "weit.kind";
  private static final String FAMILY = "weit.family";
  private static final String MODEL = "weit.model";
  private static final String SIZE = "weit.size";
  private static final String CONSTRAINT = "weit.constraint";
  private static final String CONSTRAINT_OPTIONS = "weit.constraint_options";
  private static final String TYPES = "weit.types";
  private static final String PROVENANCE = "weit.provenance";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final Map<String, String> metadata;

  private HeaderCodec(Path file, Map<String, String> metadata) {
    this.file = file;
    this.metadata = metadata;
  }

  static Map<String, String> write(ArtefactHeader header) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", "pt"); // what other safetensors readers look for
    metadata.put(FORMAT, Integer.toString(VERSION));
    metadata.put(KIND, header.kind().name());
    metadata.put(FAMILY, header.model().family());
    metadata.put(MODEL, strings(header.model().options()));
    metadata.put(SIZE, header.model().size());
    header
        .constraint()
        .ifPresent(
            constraint -> {
              metadata.put(CONSTRAINT, constraint.id());
              metadata.put(CONSTRAINT_OPTIONS, strings(constraint.options()));
            });
    ArrayNode types = JSON.arrayNode();
    header.types().forEach(type -> types.add(write(type)));
    metadata.put(TYPES, types.toString());
    metadata.put(PROVENANCE, strings(header.provenance()));
    return metadata;
  }

  private static String strings(Map<String, String> map) {
    ObjectNode node = JSON.objectNode();
    new TreeMap<>(map).forEach(node::put);
    return node.toString();
  }

  private static ObjectNode write(WeightType type) {
    ObjectNode node = JSON.objectNode();
    node.put("name", type.name()).put("template", type.template()).put("terms", type.terms());
    if (type.initial() instanceof Initial.Normal normal) {
      node.put("normal", normal.deviation());
    } else if (type.initial() instanceof Initial.Constant constant) {
      node.put("constant", constant.value());
    }
    node.put("decayed", type.decayed());
    ArrayNode axes = node.putArray("axes");
    for (Axis axis : type.axes()) {
      axes.addObject()
          .put("name", axis.name())
          .put("role", axis.role().name())
          .put("template", axis.template())
          .put("scaler", axis.scaler());
    }
    return node;
  }

  /**
   * The header that a file's metadata hold.
   *
   * @throws WeitException if they hold none, or one of a newer format, or a broken one
   */
  static ArtefactHeader read(Path file, Map<String, String> metadata) {
    try {
      return new HeaderCodec(file, metadata).read();
    } catch (WeitException e) { // axes, types and constraints check themselves, and know no file
      throw e.getMessage().startsWith(file + ": ")
          ? e
          : new WeitException(file + ": " + e.getMessage(), e);
    }
  }

  private ArtefactHeader read() {
    requireVersion();
    Optional<Constraint> constraint =
        metadata.containsKey(CONSTRAINT)
            ? Optional.of(Constraints.of(text(CONSTRAINT), stringMap(CONSTRAINT_OPTIONS)))
            : Optional.empty();
    ArtefactHeader.Kind kind = constant(ArtefactHeader.Kind.class, KIND, text(KIND));
    if (constraint.isEmpty() != (kind == ArtefactHeader.Kind.WEIGHTS)) {
      throw broken(CONSTRAINT, "templates and scalers name a constraint, dense weights don't");
    }
    return new ArtefactHeader(
        kind,
        new ModelInfo(text(FAMILY), stringMap(MODEL), text(SIZE)),
        constraint,
        types(),
        stringMap(PROVENANCE));
  }

  private void requireVersion() {
    if (!metadata.containsKey(FORMAT)) {
      throw new WeitException(
          file
              + ": a safetensors file, but no WeiT artefact: its metadata have no '"
              + FORMAT
              + "'");
    }
    String version = text(FORMAT);
    if (!version.matches("[1-9]\\d{0,5}")) {
      throw broken(FORMAT, "expected a version number, found '" + version + "'");
    }
    if (Integer.parseInt(version) > VERSION) {
      throw new WeitException(
          "%s: written in artefact format %s, this version reads up to %d; use a newer version of this library"
              .formatted(file, version, VERSION));
    }
  }

  private List<WeightType> types() {
    JsonNode node = json(TYPES);
    if (!node.isArray() || node.isEmpty()) {
      throw broken(TYPES, "expected a list of weight types");
    }
    List<WeightType> types = new ArrayList<>();
    for (JsonNode type : node) {
      types.add(type(type));
    }
    return types;
  }

  private WeightType type(JsonNode node) {
    String name = text(node, "name");
    List<Axis> axes = new ArrayList<>();
    JsonNode list = node.path("axes");
    if (!list.isArray()) {
      throw broken(TYPES, "'" + name + "' has no list of axes");
    }
    for (JsonNode axis : list) {
      axes.add(
          new Axis(
              text(axis, "name"),
              constant(AxisRole.class, TYPES, text(axis, "role")),
              whole(axis, "template"),
              whole(axis, "scaler")));
    }
    if (!node.path("decayed").isBoolean()) {
      throw broken(TYPES, "'" + name + "' does not say whether it is decayed");
    }
    int terms = (int) Math.max(0, Math.min(whole(node, "terms"), Integer.MAX_VALUE));
    return new WeightType(
        name,
        text(node, "template"),
        terms,
        initial(name, node),
        node.get("decayed").booleanValue(),
        axes);
  }

  private Initial initial(String name, JsonNode node) {
    if (node.path("normal").isNumber() && node.get("normal").doubleValue() > 0) {
      return new Initial.Normal(node.get("normal").doubleValue());
    }
    if (node.path("constant").isNumber()) {
      return new Initial.Constant(node.get("constant").doubleValue());
    }
    throw broken(TYPES, "'" + name + "' has no initial value");
  }

  private String text(JsonNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw broken(TYPES, "expected text in '" + field + "' of " + shortened(node.toString()));
    }
    return node.get(field).textValue();
  }

  private long whole(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw broken(
          TYPES, "expected a whole number in '" + field + "' of " + shortened(node.toString()));
    }
    return value.longValue();
  }

  private <E extends Enum<E>> E constant(Class<E> type, String key, String name) {
    for (E value : type.getEnumConstants()) {
      if (value.name().equals(name)) {
        return value;
      }
    }
    throw broken(
        key,
        "expected one of " + Arrays.toString(type.getEnumConstants()) + ", found '" + name + "'");
  }

  private Map<String, String> stringMap(String key) {
    JsonNode node = json(key);
    if (!node.isObject()) {
      throw broken(key, "expected an object of strings");
    }
    Map<String, String> map = new TreeMap<>();
    node.properties()
        .forEach(
            field -> {
              if (!field.getValue().isTextual()) {
                throw broken(key, "expected text in '" + field.getKey() + "'");
              }
              map.put(field.getKey(), field.getValue().textValue());
            });
    return map;
  }

  private JsonNode json(String key) {
    try {
      return MAPPER.readTree(text(key));
    } catch (JsonProcessingException e) {
      throw new WeitException(
          file + ": metadata '" + key + "' is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private String text(String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw broken(key, "it is missing");
    }
    return value;
  }

  private WeitException broken(String key, String what) {
    return new WeitException("%s: metadata '%s': %s".formatted(file, key, what));
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
