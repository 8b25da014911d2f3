package io.github.weit.core.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.weit.core.files.FileFormatException.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns header bytes into what they declare, or names what is wrong. It walks the tokens of one
 * fixed structure, so depth and memory are bounded by the bytes it is given. Whether the byte
 * ranges fit together is {@link Layout}'s question.
 */
final class HeaderParser {

  /**
   * What a header declares: tensors in the order of the header, ranges not yet compared with each
   * other.
   */
  record Declared(Map<String, String> metadata, List<TensorInfo> tensors) {}

  static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNameLength(1 << 16)
                  .maxStringLength((int) Limits.HEADER_BYTES)
                  .build())
          .build();

  private final Path path;
  private final JsonParser json;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<TensorInfo> tensors = new ArrayList<>();

  private HeaderParser(Path path, JsonParser json) {
    this.path = path;
    this.json = json;
  }

  /**
   * Parses a whole header.
   *
   * @throws FileFormatException if it breaks a rule
   */
  static Declared parse(Path path, byte[] header) throws IOException {
    // A decoder of our own: handed bytes, the JSON library would also take UTF-16 and a byte order
    // mark.
    Reader text =
        new InputStreamReader(
            new ByteArrayInputStream(header),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try (JsonParser json = JSON.createParser(text)) {
      return new HeaderParser(path, json).header();
    } catch (CharacterCodingException e) {
      throw new FileFormatException(
          Problem.INVALID_UTF8, path, "", "UTF-8", "other bytes: " + e.getMessage());
    } catch (JsonProcessingException e) {
      boolean duplicate = e.getOriginalMessage().startsWith("Duplicate field");
      throw new FileFormatException(
          duplicate ? Problem.DUPLICATE_KEY : Problem.INVALID_JSON,
          path,
          e.getLocation() == null ? "" : "character " + e.getLocation().getCharOffset(),
          duplicate ? "every key once" : "valid JSON",
          Shown.text(e.getOriginalMessage()));
    }
  }

  private Declared header() throws IOException {
    json.nextToken();
    expectObject("the header");
    for (String key = nextKey(); key != null; key = nextKey()) {
      json.nextToken();
      if (key.equals(METADATA)) {
        readMetadata();
      } else {
        tensors.add(new TensorEntry(path, json, key).read());
      }
    }
    if (json.nextToken() != null) {
      throw wrong(Problem.INVALID_JSON, "after the header", "white space", found());
    }
    return new Declared(Collections.unmodifiableMap(metadata), tensors);
  }

  private void readMetadata() throws IOException {
    if (!json.hasToken(JsonToken.START_OBJECT)) {
      throw wrong(Problem.INVALID_METADATA, "", "an object", found());
    }
    for (String key = nextKey(); key != null; key = nextKey()) {
      json.nextToken();
      if (!json.hasToken(JsonToken.VALUE_STRING)) {
        throw wrong(Problem.INVALID_METADATA, "key " + Shown.quoted(key), "a string", found());
      }
      metadata.put(key, scalarText(json.getText()));
    }
  }

  /** The next key of the object at hand, null at its end. */
  private String nextKey() throws IOException {
    String key = json.nextFieldName();
    return key == null ? null : scalarText(key);
  }

  /**
   * Escapes can spell half of a surrogate pair, which is no text and could not be written again.
   */
  private String scalarText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw wrong(Problem.INVALID_JSON, "", "whole characters", "half of a surrogate pair");
    }
    return text;
  }

  private void expectObject(String what) throws IOException {
    if (!json.hasToken(JsonToken.START_OBJECT)) {
      throw wrong(Problem.INVALID_JSON, what, "an object", found());
    }
  }

  private String found() throws IOException {
    return Shown.token(json);
  }

  private FileFormatException wrong(Problem problem, String where, String expected, String found) {
    return new FileFormatException(problem, path, where, expected, found);
  }
}
