package io.github.weit.benchmarks;

import io.github.weit.core.files.DType;
import io.github.weit.core.files.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * What a file of the exchange holds. {@code benchmarks/exchange.py} has the same from numbers,
 * where this has bits.
 *
 * @param metadata the file's notes
 * @param tensors in any order
 */
record ExchangeContent(Map<String, String> metadata, List<TensorData> tensors) {

  /** Names that a tensor or a note may have, however odd; one is of 1,000 characters. */
  private static final List<String> NAMES =
      List.of(
          "",
          " ",
          "blocks.0.attn/qkv.weight",
          "\u00fcml\u00e4ut",
          "\u91cd\u307f",
          "\ud83d\ude00",
          "e\u0301",
          "\"quoted\" \\ back",
          "line\nfeed\ttab",
          "\u0000\u001f\u007f",
          "\u2028\u202e\ufeff",
          "__metadata",
          "dtype",
          "n".repeat(1000));

  private static final int LARGE_PARTS = 5;
  private static final int LARGE_BYTES = 520 << 20; // the last of the parts begins beyond 2 GiB
  private static final int LARGE_SHIFT = 4096; // each begins at another place of the pattern

  /** Every file but the large one. */
  static Map<String, ExchangeContent> small() {
    Map<String, ExchangeContent> files = new LinkedHashMap<>();
    List<TensorData> all = new ArrayList<>();
    for (DType type : DType.values()) {
      all.addAll(ofType(type));
    }
    files.put(
        "all-types.safetensors",
        new ExchangeContent(Map.of("format", "pt", "\u00e9", "\u00fcber \ud83d\ude00"), all));
    files.put("names.safetensors", names());
    files.put("none.safetensors", new ExchangeContent(Map.of(), List.of()));
    files.put("notes.safetensors", new ExchangeContent(Map.of("only", "notes"), List.of()));
    return files;
  }

  /** More than 2 GiB of U8 tensors, made of one pattern of 64-bit numbers. */
  static ExchangeContent large() {
    int length = LARGE_BYTES + LARGE_PARTS * LARGE_SHIFT;
    ByteBuffer pattern = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; pattern.hasRemaining(); i++) {
      pattern.putLong(i * 0x9E3779B97F4A7C15L);
    }
    List<TensorData> parts = new ArrayList<>();
    for (int part = 0; part < LARGE_PARTS; part++) {
      ByteBuffer bytes = pattern.slice(part * LARGE_SHIFT, LARGE_BYTES);
      parts.add(new TensorData("part" + part, DType.U8, List.of((long) LARGE_BYTES), bytes));
    }
    return new ExchangeContent(Map.of(), parts);
  }

  private static ExchangeContent names() {
    Map<String, String> notes = new LinkedHashMap<>();
    List<TensorData> tensors = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      notes.put(NAMES.get(i), NAMES.get(NAMES.size() - 1 - i));
      tensors.add(tensor(NAMES.get(i), DType.U8, List.of(1L), new long[] {i}));
    }
    return new ExchangeContent(notes, tensors);
  }

  private static List<TensorData> ofType(DType type) {
    long[] bits = bits(type);
    int count = bits.length;
    LongStream backwards = LongStream.range(0, count).map(i -> bits[count - 1 - (int) i]);
    long[] matrix = LongStream.concat(LongStream.of(bits), backwards).toArray();
    return List.of(
        tensor(type + "/values", type, List.of((long) count), bits),
        tensor(type + "/matrix", type, List.of(2L, (long) count), matrix),
        tensor(type + "/scalar", type, List.of(), new long[] {bits[2]}),
        tensor(type + "/empty", type, List.of(0L), new long[0]),
        tensor(type + "/no-columns", type, List.of(2L, 0L, 3L), new long[0]));
  }

  /**
   * Elements at the edges of a type. Floating point: 0, -0, 1, -1.5, 0.1, the largest, the smallest
   * above 0, both infinities, NaN.
   */
  private static long[] bits(DType type) {
    double infinity = Double.POSITIVE_INFINITY;
    DoubleStream common = DoubleStream.of(0, -0.0, 1, -1.5, 0.1);
    return switch (type) {
      case F64 ->
          DoubleStream.concat(
                  common,
                  DoubleStream.of(
                      Double.MAX_VALUE, Double.MIN_VALUE, infinity, -infinity, Double.NaN))
              .mapToLong(Double::doubleToLongBits)
              .toArray();
      case F32 ->
          DoubleStream.concat(
                  common,
                  DoubleStream.of(
                      Float.MAX_VALUE, Float.MIN_VALUE, infinity, -infinity, Double.NaN))
              .mapToLong(value -> Float.floatToIntBits((float) value))
              .toArray();
      case F16 -> new long[] {0, 0x8000, 0x3c00, 0xbe00, 0x2e66, 0x7bff, 1, 0x7c00, 0xfc00, 0x7e00};
      case BF16 ->
          new long[] {0, 0x8000, 0x3f80, 0xbfc0, 0x3dcd, 0x7f7f, 1, 0x7f80, 0xff80, 0x7fc0};
      case I64 -> new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1};
      case I32 -> new long[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
      case U8 -> new long[] {0, 1, 127, 128, 255};
      case BOOL -> new long[] {0, 1, 1, 0};
    };
  }

  private static TensorData tensor(String name, DType type, List<Long> shape, long[] bits) {
    ByteBuffer bytes =
        ByteBuffer.allocate(bits.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long element : bits) {
      switch (type.bytes()) {
        case 8 -> bytes.putLong(element);
        case 4 -> bytes.putInt((int) element);
        case 2 -> bytes.putShort((short) element);
        default -> bytes.put((byte) element);
      }
    }
    return new TensorData(name, type, shape, bytes.flip());
  }
}
