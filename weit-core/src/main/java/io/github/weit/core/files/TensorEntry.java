package io.github.weit.core.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.weit.core.files.FileFormatException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one tensor's entry of a header: {@code {"dtype": "F32", "shape": [2, 3], "data_offsets":
 * [0, 24]}}.
 */
final class TensorEntry {

  private final Path path;
  private final JsonParser json;
  private final String name;
  private DType dtype;
  private List<Long> shape;
  private List<Long> offsets;

  /**
   * @param json stands on the entry's value
   */
  TensorEntry(Path path, JsonParser json, String name) {
    this.path = path;
    this.json = json;
    this.name = name;
  }

  TensorInfo read() throws IOException {
    if (!json.hasToken(JsonToken.START_OBJECT)) {
      throw wrong(Problem.INVALID_JSON, "an object", Shown.token(json));
    }
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "dtype" -> dtype = readDType();
        case "shape" -> shape = numbers(Problem.INVALID_SHAPE, "sizes", Limits.AXES);
        case "data_offsets" -> offsets = numbers(Problem.INVALID_OFFSETS, "two offsets", 2);
        default ->
            throw wrong(
                Problem.UNEXPECTED_FIELD, "dtype, shape, data_offsets", Shown.quoted(field));
      }
    }
    require(dtype != null, "dtype");
    require(shape != null, "shape");
    require(offsets != null, "data_offsets");
    return checked();
  }

  private TensorInfo checked() {
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw wrong(Problem.INVALID_OFFSETS, "[begin, end] with begin <= end", offsets.toString());
    }
    long expected;
    try {
      expected = TensorInfo.byteSize(dtype, shape);
    } catch (ArithmeticException e) {
      throw wrong(Problem.OVERFLOW, "a size below 2^63 bytes", dtype + " of shape " + shape);
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (end - begin != expected) {
      throw wrong(
          Problem.SIZE_MISMATCH,
          expected + " bytes for " + dtype + " of shape " + shape,
          (end - begin) + " bytes in " + offsets);
    }
    return new TensorInfo(name, dtype, shape, begin, end);
  }

  private DType readDType() throws IOException {
    String known = "one of " + List.of(DType.values());
    if (!json.hasToken(JsonToken.VALUE_STRING)) {
      throw wrong(Problem.UNKNOWN_DTYPE, known, Shown.token(json));
    }
    String text = json.getText();
    return DType.named(text)
        .orElseThrow(() -> wrong(Problem.UNKNOWN_DTYPE, known, Shown.quoted(text)));
  }

  private List<Long> numbers(Problem problem, String what, int most) throws IOException {
    if (!json.hasToken(JsonToken.START_ARRAY)) {
      throw wrong(problem, "an array of " + what, Shown.token(json));
    }
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (!json.hasToken(JsonToken.VALUE_NUMBER_INT) || json.getText().startsWith("-")) {
        throw wrong(problem, "integers of 0 or more", Shown.token(json));
      }
      if (numbers.size() == most) {
        throw wrong(problem, "at most " + most + " numbers", "more");
      }
      numbers.add(number(json.getText()));
    }
    return numbers;
  }

  private long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw wrong(Problem.OVERFLOW, "a number below 2^63", Shown.text(digits));
    }
  }

  private void require(boolean present, String field) {
    if (!present) {
      throw wrong(Problem.MISSING_FIELD, "dtype, shape and data_offsets", "no " + field);
    }
  }

  private FileFormatException wrong(Problem problem, String expected, String found) {
    return new FileFormatException(problem, path, "tensor " + Shown.quoted(name), expected, found);
  }
}
