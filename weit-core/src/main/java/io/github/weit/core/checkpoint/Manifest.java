package io.github.weit.core.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.core.files.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a checkpoint consists of, written after everything else: a folder without one is not a
 * checkpoint (docs/format.md).
 *
 * @param step how many steps were done
 * @param facts what the run is; a run with others must not go on from here
 * @param files size and hash by name
 */
record Manifest(long step, Map<String, String> facts, Map<String, Entry> files) {

  static final String NAME = "manifest.json";

  private static final String FORMAT = "weit-checkpoint";
  private static final int VERSION = 1;
  private static final long MOST_BYTES = 1 << 24;
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** A file's size and SHA-256. */
  record Entry(long bytes, String sha256) {

    static Entry of(Path file) throws IOException {
      return new Entry(Files.size(file), Hashes.sha256(file));
    }
  }

  Manifest {
    facts = new TreeMap<>(facts);
    files = new TreeMap<>(files);
  }

  /** Asserts that a file of a checkpoint can have this name on any system, and only there. */
  static void requireName(String name) {
    if (!FILE_NAME.matcher(name).matches() || name.equals(NAME)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name for a file of a checkpoint; use letters, digits, . _ and -");
    }
  }

  void write(Path folder) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("version", VERSION);
    root.put("step", step);
    ObjectNode ofFacts = root.putObject("facts");
    facts.forEach(ofFacts::put);
    ObjectNode ofFiles = root.putObject("files");
    files.forEach(
        (name, entry) ->
            ofFiles.putObject(name).put("bytes", entry.bytes()).put("sha256", entry.sha256()));
    try {
      AtomicFile.writeText(folder.resolve(NAME), JSON.writeValueAsString(root) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of text and numbers can be written", e);
    }
  }

  /**
   * Reads a manifest; the files themselves are not looked at.
   *
   * @throws WeitException if it is missing, damaged or of a newer format
   */
  static Manifest read(Path folder) {
    Path path = folder.resolve(NAME);
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new WeitException(path + ": too large for a manifest");
      }
      JsonNode root = JSON.readTree(Files.readAllBytes(path));
      return new Reader(path, root).manifest();
    } catch (JsonProcessingException e) { // whose message has several lines
      throw new WeitException(path + ": is no valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new WeitException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Asserts that every file is there as it was written.
   *
   * @throws WeitException naming the first that is not
   */
  void verify(Path folder) {
    files.forEach(
        (name, expected) -> {
          Path file = folder.resolve(name);
          try {
            long found = Files.exists(file) ? Files.size(file) : -1;
            if (found != expected.bytes()) {
              throw new WeitException(
                  "%s: expected %d bytes, found %s"
                      .formatted(file, expected.bytes(), found < 0 ? "no such file" : found));
            }
            if (!Hashes.sha256(file).equals(expected.sha256())) {
              throw new WeitException(file + ": its bytes are not those that were written");
            }
          } catch (IOException e) {
            throw new WeitException(file + ": cannot be read: " + e.getMessage(), e);
          }
        });
  }

  /** Takes a manifest's tree apart, trusting none of it. */
  private record Reader(Path path, JsonNode root) {

    Manifest manifest() {
      if (!root.isObject() || !root.path("format").asText("").equals(FORMAT)) {
        throw new WeitException(path + ": expected the manifest of a checkpoint");
      }
      JsonNode version = require(root, "version", root.path("version").canConvertToInt());
      if (version.intValue() != VERSION) {
        throw new WeitException(
            "%s: format version %s; this library reads version %d, use a newer one"
                .formatted(path, version, VERSION));
      }
      long step = whole(root, "step");
      Map<String, String> facts = new TreeMap<>();
      require(root, "facts", root.path("facts").isObject())
          .properties()
          .forEach(
              fact -> {
                require(fact.getValue(), fact.getKey(), fact.getValue().isTextual());
                facts.put(fact.getKey(), fact.getValue().textValue());
              });
      Map<String, Entry> files = new TreeMap<>();
      require(root, "files", root.path("files").isObject())
          .properties()
          .forEach(file -> files.put(name(file.getKey()), entry(file.getValue())));
      return new Manifest(step, facts, files);
    }

    private String name(String name) {
      try {
        requireName(name);
        return name;
      } catch (IllegalArgumentException e) {
        throw new WeitException(path + ": " + e.getMessage(), e);
      }
    }

    private Entry entry(JsonNode node) {
      JsonNode hash = require(node, "sha256", node.path("sha256").isTextual());
      return new Entry(whole(node, "bytes"), hash.textValue());
    }

    private long whole(JsonNode node, String field) {
      JsonNode value = require(node, field, node.path(field).isIntegralNumber());
      require(node, field, value.canConvertToLong() && value.longValue() >= 0);
      return value.longValue();
    }

    private JsonNode require(JsonNode node, String field, boolean right) {
      if (!right) {
        throw new WeitException(
            "%s: '%s' is missing or not what belongs there".formatted(path, field));
      }
      return node.has(field) ? node.get(field) : node;
    }
  }
}
