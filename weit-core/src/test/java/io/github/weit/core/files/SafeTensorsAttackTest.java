package io.github.weit.core.files;

import static io.github.weit.core.files.Raw.entry;
import static io.github.weit.core.files.Raw.one;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.files.FileFormatException.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which a file can be wrong, built by hand, against the name it must be given. */
class SafeTensorsAttackTest {

  private static final byte[] NOTHING = {};
  private static final String F32_PAIR = "\"dtype\":\"F32\",\"shape\":[2],";
  private static final String MAX = String.valueOf(Long.MAX_VALUE);

  @TempDir Path folder;

  record Attack(String what, Problem problem, byte[] file) {
    Attack(String what, Problem problem, String header, int dataBytes) {
      this(what, problem, Raw.file(header, dataBytes));
    }

    @Override
    public String toString() {
      return problem + ": " + what;
    }
  }

  static Stream<Attack> attacks() {
    return Stream.of(
            lengths(), encodings(), structures(), metadata(), fields(), numbers(), ranges())
        .flatMap(attacks -> attacks);
  }

  private static Stream<Attack> lengths() {
    byte[] braces = "{}".getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        new Attack("empty file", Problem.TOO_SHORT, NOTHING),
        new Attack("seven bytes", Problem.TOO_SHORT, new byte[7]),
        new Attack(
            "one above the limit", Problem.HEADER_TOO_LARGE, Raw.declaring(100_000_001, braces, 0)),
        new Attack(
            "largest long", Problem.HEADER_TOO_LARGE, Raw.declaring(Long.MAX_VALUE, braces, 0)),
        new Attack(
            "above the largest long", Problem.HEADER_TOO_LARGE, Raw.declaring(-1, braces, 0)),
        new Attack("one too many", Problem.HEADER_BEYOND_FILE, Raw.declaring(3, braces, 0)),
        new Attack(
            "the limit itself", Problem.HEADER_BEYOND_FILE, Raw.declaring(100_000_000, braces, 9)),
        new Attack("no header at all", Problem.INVALID_JSON, Raw.declaring(0, NOTHING, 0)));
  }

  private static Stream<Attack> encodings() {
    byte[] latin1 = "{\"__metadata__\":{\"k\":\"\u00e9\"}}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] overlong = "{\"__metadata__\":{\"k\":\"??\"}}".getBytes(StandardCharsets.US_ASCII);
    int at = new String(overlong, StandardCharsets.US_ASCII).indexOf('?');
    overlong[at] = (byte) 0xc0;
    overlong[at + 1] = (byte) 0xaf;
    byte[] after = "{} ?".getBytes(StandardCharsets.US_ASCII);
    after[3] = (byte) 0xff;
    return Stream.of(
        new Attack("Latin-1", Problem.INVALID_UTF8, Raw.file(latin1, 0)),
        new Attack("overlong form", Problem.INVALID_UTF8, Raw.file(overlong, 0)),
        new Attack("bad byte in the padding", Problem.INVALID_UTF8, Raw.file(after, 0)),
        new Attack(
            "UTF-16", Problem.INVALID_JSON, Raw.file("{}".getBytes(StandardCharsets.UTF_16LE), 0)),
        new Attack("byte order mark", Problem.INVALID_JSON, "\ufeff{}", 0),
        new Attack(
            "half a surrogate pair in a name",
            Problem.INVALID_JSON,
            "{" + entry("\\ud800", "U8", "[0]", 0, 0) + "}",
            0),
        new Attack(
            "half a surrogate pair in metadata",
            Problem.INVALID_JSON,
            "{\"__metadata__\":{\"k\":\"\\udc00\"}}",
            0));
  }

  private static Stream<Attack> structures() {
    return Stream.of(
        new Attack("only space", Problem.INVALID_JSON, "   ", 0),
        new Attack("not closed", Problem.INVALID_JSON, "{\"a\":{", 0),
        new Attack("array", Problem.INVALID_JSON, "[]", 0),
        new Attack("string", Problem.INVALID_JSON, "\"a\"", 0),
        new Attack("second value", Problem.INVALID_JSON, "{} {}", 0),
        new Attack("zero bytes as padding", Problem.INVALID_JSON, "{}\0\0", 0),
        new Attack("comment", Problem.INVALID_JSON, "{/**/}", 0),
        new Attack("single quotes", Problem.INVALID_JSON, "{'a':1}", 0),
        new Attack("trailing comma", Problem.INVALID_JSON, "{\"__metadata__\":{},}", 0),
        new Attack("raw control character", Problem.INVALID_JSON, "{\"a\nb\":{}}", 0),
        new Attack("entry is a number", Problem.INVALID_JSON, "{\"a\":1}", 0),
        new Attack("entry is null", Problem.INVALID_JSON, "{\"a\":null}", 0),
        new Attack("leading zero", Problem.INVALID_JSON, one("\"shape\":[01]"), 0),
        new Attack("deep arrays", Problem.INVALID_JSON, "{\"a\":" + "[".repeat(90_000), 0),
        new Attack("deep objects", Problem.UNEXPECTED_FIELD, "{\"a\":".repeat(30_000), 0),
        new Attack(
            "huge name",
            Problem.INVALID_JSON,
            "{" + entry("n".repeat(70_000), "U8", "[0]", 0, 0) + "}",
            0));
  }

  private static Stream<Attack> metadata() {
    String a = entry("a", "U8", "[1]", 0, 1);
    String b = entry("a", "U8", "[1]", 1, 2);
    return Stream.of(
        new Attack("list", Problem.INVALID_METADATA, "{\"__metadata__\":[]}", 0),
        new Attack("null", Problem.INVALID_METADATA, "{\"__metadata__\":null}", 0),
        new Attack("number", Problem.INVALID_METADATA, "{\"__metadata__\":{\"k\":1}}", 0),
        new Attack("nested", Problem.INVALID_METADATA, "{\"__metadata__\":{\"k\":{}}}", 0),
        new Attack("no value", Problem.INVALID_METADATA, "{\"__metadata__\":{\"k\":null}}", 0),
        new Attack(
            "metadata twice",
            Problem.DUPLICATE_KEY,
            "{\"__metadata__\":{},\"__metadata__\":{}}",
            0),
        new Attack(
            "metadata key twice",
            Problem.DUPLICATE_KEY,
            "{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}",
            0),
        new Attack("tensor twice", Problem.DUPLICATE_KEY, "{" + a + "," + b + "}", 2),
        new Attack(
            "tensor twice, once escaped",
            Problem.DUPLICATE_KEY,
            "{" + a + "," + b.replace("\"a\"", "\"\\u0061\"") + "}",
            2),
        new Attack(
            "field twice",
            Problem.DUPLICATE_KEY,
            one("\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]"),
            0));
  }

  private static Stream<Attack> fields() {
    return Stream.of(
        new Attack("empty entry", Problem.MISSING_FIELD, one(""), 0),
        new Attack(
            "no type", Problem.MISSING_FIELD, one("\"shape\":[0],\"data_offsets\":[0,0]"), 0),
        new Attack(
            "no shape", Problem.MISSING_FIELD, one("\"dtype\":\"U8\",\"data_offsets\":[0,0]"), 0),
        new Attack("no offsets", Problem.MISSING_FIELD, one("\"dtype\":\"U8\",\"shape\":[0]"), 0),
        new Attack("one more field", Problem.UNEXPECTED_FIELD, one("\"strides\":[1]"), 0),
        new Attack("unknown type", Problem.UNKNOWN_DTYPE, one("\"dtype\":\"F128\""), 0),
        new Attack("type in lower case", Problem.UNKNOWN_DTYPE, one("\"dtype\":\"f32\""), 0),
        new Attack("type is a number", Problem.UNKNOWN_DTYPE, one("\"dtype\":32"), 0),
        new Attack("type is null", Problem.UNKNOWN_DTYPE, one("\"dtype\":null"), 0));
  }

  private static Stream<Attack> numbers() {
    return Stream.of(
        new Attack("shape is a number", Problem.INVALID_SHAPE, one("\"shape\":2"), 0),
        new Attack("negative size", Problem.INVALID_SHAPE, one("\"shape\":[-1]"), 0),
        new Attack("negative zero", Problem.INVALID_SHAPE, one("\"shape\":[-0]"), 0),
        new Attack("fraction", Problem.INVALID_SHAPE, one("\"shape\":[2.0]"), 0),
        new Attack("exponent", Problem.INVALID_SHAPE, one("\"shape\":[1e1]"), 0),
        new Attack("size as text", Problem.INVALID_SHAPE, one("\"shape\":[\"2\"]"), 0),
        new Attack("size is null", Problem.INVALID_SHAPE, one("\"shape\":[null]"), 0),
        new Attack("nested shape", Problem.INVALID_SHAPE, one("\"shape\":[[2]]"), 0),
        new Attack(
            "65 axes", Problem.INVALID_SHAPE, one("\"shape\":[" + "1,".repeat(64) + "1]"), 0),
        new Attack("size of 2^63", Problem.OVERFLOW, one("\"shape\":[9223372036854775808]"), 0),
        new Attack(
            "size of 900 digits", Problem.OVERFLOW, one("\"shape\":[" + "9".repeat(900) + "]"), 0),
        overflowing("bytes wrap to 0", "[4611686018427387904]", 0),
        overflowing("elements wrap to 8 bytes", "[4294967297,4294967296,4]", 8),
        overflowing("overflow before an empty axis", "[" + MAX + "," + MAX + ",0]", 0),
        overflowing("overflow after an empty axis", "[0," + MAX + "," + MAX + "]", 0));
  }

  private static Attack overflowing(String what, String shape, int dataBytes) {
    return new Attack(
        what, Problem.OVERFLOW, "{" + entry("a", "F32", shape, 0, dataBytes) + "}", dataBytes);
  }

  private static Attack offsets(String what, Problem problem, String offsets) {
    return new Attack(what, problem, one(F32_PAIR + "\"data_offsets\":" + offsets), 8);
  }

  private static Stream<Attack> ranges() {
    String first = entry("a", "U8", "[2]", 0, 2);
    return Stream.of(
        offsets("one offset", Problem.INVALID_OFFSETS, "[8]"),
        offsets("three offsets", Problem.INVALID_OFFSETS, "[0,8,8]"),
        offsets("no offset", Problem.INVALID_OFFSETS, "[]"),
        offsets("null", Problem.INVALID_OFFSETS, "null"),
        offsets("object", Problem.INVALID_OFFSETS, "{}"),
        offsets("negative", Problem.INVALID_OFFSETS, "[-8,0]"),
        offsets("fraction", Problem.INVALID_OFFSETS, "[0,8.0]"),
        offsets("backwards", Problem.INVALID_OFFSETS, "[8,0]"),
        offsets("above 63 bits", Problem.OVERFLOW, "[0,18446744073709551615]"),
        offsets("too few bytes", Problem.SIZE_MISMATCH, "[0,4]"),
        offsets("too many bytes", Problem.SIZE_MISMATCH, "[0,9]"),
        offsets("at the end of all longs", Problem.HOLE_OR_OVERLAP, endOfLongs()),
        offsets("hole at the start", Problem.HOLE_OR_OVERLAP, "[1,9]"),
        new Attack(
            "scalar of no bytes",
            Problem.SIZE_MISMATCH,
            "{" + entry("a", "F32", "[]", 0, 0) + "}",
            0),
        new Attack(
            "hole between",
            Problem.HOLE_OR_OVERLAP,
            "{" + first + "," + entry("b", "U8", "[2]", 3, 5) + "}",
            5),
        new Attack(
            "overlap",
            Problem.HOLE_OR_OVERLAP,
            "{" + first + "," + entry("b", "U8", "[2]", 1, 3) + "}",
            3),
        new Attack(
            "same range twice",
            Problem.HOLE_OR_OVERLAP,
            "{" + first + "," + entry("b", "U8", "[2]", 0, 2) + "}",
            2),
        new Attack(
            "empty tensor inside another",
            Problem.HOLE_OR_OVERLAP,
            "{" + first + "," + entry("b", "U8", "[0]", 1, 1) + "}",
            2),
        new Attack("bytes of no tensor", Problem.TRAILING_OR_MISSING_BYTES, "{}", 1),
        new Attack("one byte more", Problem.TRAILING_OR_MISSING_BYTES, "{" + first + "}", 3),
        new Attack("one byte less", Problem.TRAILING_OR_MISSING_BYTES, "{" + first + "}", 1),
        new Attack(
            "terabytes declared",
            Problem.TRAILING_OR_MISSING_BYTES,
            "{" + entry("a", "F64", "[1099511627776]", 0, 8L << 40) + "}",
            8));
  }

  private static String endOfLongs() {
    return "[" + (Long.MAX_VALUE - 8) + "," + Long.MAX_VALUE + "]";
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void everyAttackIsNamedBeforeAnythingIsRead(Attack attack) {
    Path file = Raw.write(folder.resolve("bad.safetensors"), attack.file());
    FileFormatException error =
        catchThrowableOfType(FileFormatException.class, () -> SafeTensorsReader.open(file).close());
    assertThat(error).isNotNull();
    assertThat(error.problem()).isEqualTo(attack.problem());
    assertThat(error)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("expected ")
        .hasMessageContaining("found ");
    assertThat(error.getMessage()).hasSizeLessThan(1000).doesNotContain("\n");
  }

  @Test
  void theTableHoldsEveryProblem() {
    Set<Problem> attacked =
        attacks()
            .map(Attack::problem)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Problem.class)));
    attacked.add(Problem.INVALID_VALUE); // only elements can be, see the test of booleans
    assertThat(attacked).isEqualTo(EnumSet.allOf(Problem.class));
  }

  @Test
  void aBooleanOfAnotherByteIsNamedWhenRead() {
    String header = "{" + entry("a", "BOOL", "[2]", 0, 2) + "}";
    byte[] bytes = Raw.file(header, 2);
    bytes[bytes.length - 1] = 2;
    Path file = Raw.write(folder.resolve("bool.safetensors"), bytes);
    try (NDManager manager = NDManager.newBaseManager();
        SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      FileFormatException error =
          catchThrowableOfType(FileFormatException.class, () -> reader.array(manager, "a"));
      assertThat(error.problem()).isEqualTo(Problem.INVALID_VALUE);
      assertThat(error).hasMessageContaining("element 1").hasMessageContaining("found 2");
    }
  }

  @Test
  void aMessageNamesTheTensorWithoutItsControlCharacters() {
    String header = "{" + entry("a\\u001b[31m\\n\\u202e", "F32", "[2]", 0, 4) + "}";
    Path file = Raw.write(folder.resolve("bad.safetensors"), Raw.file(header, 4));
    FileFormatException error =
        catchThrowableOfType(FileFormatException.class, () -> SafeTensorsReader.open(file).close());
    assertThat(error)
        .hasMessageContaining("tensor 'a [31m  '")
        .hasMessageContaining("expected 8 bytes for F32 of shape [2], found 4 bytes in [0, 4]");
  }

  @Test
  void everyTruncationIsDetected() {
    byte[] whole = sample();
    Path file = folder.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Raw.write(file, Arrays.copyOf(whole, length));
      FileFormatException error =
          catchThrowableOfType(
              FileFormatException.class, () -> SafeTensorsReader.open(file).close());
      assertThat(error).as("first %d bytes", length).isNotNull();
    }
  }

  @Test
  void everyFlippedHeaderBitIsNamedOrLeavesALegalFile() {
    byte[] whole = sample();
    int dataBytes = 20;
    Path file = folder.resolve("flipped.safetensors");
    int named = 0;
    for (int bit = 0; bit < (whole.length - dataBytes) * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Raw.write(file, flipped);
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        assertThat(reader.tensors().values().stream().mapToLong(TensorInfo::byteSize).sum())
            .isEqualTo(dataBytes);
        reader.tensors().keySet().forEach(reader::read);
      } catch (FileFormatException e) {
        named++;
      }
    }
    assertThat(named).isGreaterThan(800);
  }

  private static byte[] sample() {
    String header =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + entry("a", "F32", "[2,2]", 0, 16)
            + ","
            + entry("b", "U8", "[4]", 16, 20)
            + "}";
    return Raw.file(header, 20);
  }
}
