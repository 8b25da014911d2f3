package io.github.weit.cli.attack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One file for each rule of docs/format.md on the container. */
final class SafeTensorsAttacks {

  private static final String KIND = "safetensors";

  private SafeTensorsAttacks() {}

  static void addTo(AttackFolder folder) {
    add(folder, "empty", new byte[0], "too short to hold a header");
    add(folder, "seven bytes", new byte[7], "too short to hold a header");
    add(folder, "header of 2^63 bytes", declaring(-1, "{}", 0), "the header is too large");
    add(folder, "header of 90 MB", declaring(90_000_000, "{}", 0), "runs past the end");
    add(folder, "no header", declaring(0, "", 0), "not the expected JSON");
    byte[] latin1 = "{\"__metadata__\":{\"k\":\"\u00e9\"}}".getBytes(StandardCharsets.ISO_8859_1);
    add(folder, "Latin-1", declaring(latin1.length, latin1, 0), "not UTF-8");
    header(folder, "list", "[]", 0, "not the expected JSON");
    header(folder, "not closed", "{\"a\":{", 0, "not the expected JSON");
    header(folder, "deep arrays", "{\"a\":" + "[".repeat(90_000), 0, "not the expected JSON");
    header(folder, "second value", "{} {}", 0, "not the expected JSON");
    String a = entry("a", "U8", "[1]", "0,1");
    header(folder, "tensor twice", "{" + a + "," + a + "}", 1, "a key stands twice");
    header(folder, "metadata is a list", "{\"__metadata__\":[]}", 0, "__metadata__ is not a map");
    header(folder, "empty entry", "{\"a\":{}}", 0, "lacks a field");
    header(folder, "strides", "{\"a\":{\"strides\":[1]}}", 0, "does not know");
    tensor(folder, "type F128", "F128", "[1]", "0,16", 16, "unknown element type");
    tensor(folder, "negative size", "F32", "[-1]", "0,4", 4, "invalid shape");
    tensor(folder, "65 axes", "U8", "[" + "1,".repeat(64) + "1]", "0,1", 1, "invalid shape");
    tensor(folder, "one offset", "F32", "[1]", "4", 4, "invalid data_offsets");
    tensor(folder, "size of 2^62", "F32", "[4611686018427387904]", "0,0", 0, "does not fit 63");
    tensor(folder, "900 digits", "U8", "[" + "9".repeat(900) + "]", "0,1", 1, "does not fit 63");
    tensor(folder, "too few bytes", "F32", "[2]", "0,4", 4, "does not fit type and shape");
    tensor(folder, "hole at the start", "F32", "[1]", "4,8", 8, "leave a hole or overlap");
    tensor(folder, "one byte more", "F32", "[1]", "0,4", 5, "do not end where the file ends");
    tensor(folder, "8 TiB", "F64", "[1099511627776]", "0,8796093022208", 8, "do not end where");
    byte[] bool = declaring("{" + entry("a", "BOOL", "[2]", "0,2") + "}", 2);
    bool[bool.length - 1] = 2;
    add(folder, "truth of 2", bool, "a byte that is no value of its type");
    tensor(folder, "name that paints \\u001b[31m", "F32", "[2]", "0,4", 4, "does not fit type");
  }

  private static void tensor(
      AttackFolder folder,
      String name,
      String type,
      String shape,
      String offsets,
      int bytes,
      String phrase) {
    header(folder, name, "{" + entry(name, type, shape, offsets) + "}", bytes, phrase);
  }

  private static void header(
      AttackFolder folder, String name, String header, int bytes, String phrase) {
    add(folder, name, declaring(header, bytes), phrase);
  }

  private static void add(AttackFolder folder, String name, byte[] content, String phrase) {
    folder.add(KIND, name, ".safetensors", content, phrase);
  }

  private static String entry(String name, String type, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s]}"
        .formatted(name, type, shape, offsets);
  }

  static byte[] declaring(String header, int dataBytes) {
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return declaring(bytes.length, bytes, dataBytes);
  }

  private static byte[] declaring(long length, String header, int dataBytes) {
    return declaring(length, header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private static byte[] declaring(long length, byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }
}
