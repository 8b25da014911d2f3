package io.github.weit.benchmarks;

import io.github.weit.core.Seed;
import io.github.weit.core.files.FileFormatException;
import io.github.weit.core.files.Hashes;
import io.github.weit.core.files.SafeTensorsReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Reads files that were made from good and bad ones by small changes, and keeps those that are
 * accepted, so that another reader can be asked about them ({@code benchmarks/official_reader.py}).
 * Arguments: the folder of the files to start from, a folder for the accepted ones, how many to
 * make.
 */
public final class MutatedFiles {

  private static final List<String> WORDS =
      List.of(
          "\"dtype\"",
          "\"shape\"",
          "\"data_offsets\"",
          "__metadata__",
          "F32",
          "BOOL",
          "[]",
          "{}",
          "[0]",
          "0",
          "-1",
          "1e3",
          "9223372036854775807",
          "18446744073709551616",
          "null",
          "true",
          ",",
          ":",
          " ",
          "\n",
          "\\u0000",
          "\\ud800",
          "\u00e9",
          "\ufeff");

  private final List<byte[]> starts;
  private final RandomGenerator random;

  private MutatedFiles(List<byte[]> starts, Seed seed) {
    this.starts = starts;
    this.random = seed.generator();
  }

  public static void main(String[] arguments) throws IOException {
    Path accepted = Files.createDirectories(Path.of(arguments[1]));
    long count = Long.parseLong(arguments[2]);
    MutatedFiles files = new MutatedFiles(starts(Path.of(arguments[0])), new Seed(1));
    Map<FileFormatException.Problem, Long> problems =
        new EnumMap<>(FileFormatException.Problem.class);
    Path file = Files.createTempFile("weit-mutated", ".safetensors");
    long kept = 0;
    for (long i = 0; i < count; i++) {
      byte[] bytes = files.mutate();
      Files.write(file, bytes);
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        reader.tensors().keySet().forEach(reader::read);
        kept++;
        Files.write(accepted.resolve(Hashes.sha256(bytes) + ".safetensors"), bytes);
      } catch (FileFormatException e) {
        problems.merge(e.problem(), 1L, Long::sum);
      }
    }
    Files.delete(file);
    System.out.println(count + " files, " + kept + " accepted, others: " + problems);
  }

  private static List<byte[]> starts(Path folder) throws IOException {
    List<byte[]> starts = new ArrayList<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.sorted().toList()) {
        starts.add(Files.readAllBytes(path));
      }
    }
    return starts;
  }

  private byte[] mutate() {
    byte[] bytes = starts.get(random.nextInt(starts.size())).clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      bytes = change(bytes);
    }
    return random.nextInt(4) == 0 ? bytes : withRightLength(bytes);
  }

  private byte[] change(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(6)) {
      case 0 -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
      case 1 -> {
        bytes[at] = (byte) random.nextInt(256);
        yield bytes;
      }
      case 2 -> splice(bytes, at, at, word());
      case 3 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), new byte[0]);
      case 4 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)), word());
      default -> {
        byte[] other = starts.get(random.nextInt(starts.size()));
        int from = random.nextInt(other.length);
        int to = Math.min(other.length, from + 1 + random.nextInt(40));
        yield splice(bytes, at, at, Arrays.copyOfRange(other, from, to));
      }
    };
  }

  private byte[] word() {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    byte[] result = new byte[from + middle.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
    return result;
  }

  /**
   * Lets the declared length end at the last brace, so that the change is looked at and not the
   * length.
   */
  private static byte[] withRightLength(byte[] bytes) {
    int end = bytes.length;
    while (end > 8 && bytes[end - 1] != '}') {
      end--;
    }
    for (int i = 0; i < Math.min(8, bytes.length); i++) {
      bytes[i] = (byte) ((long) Math.max(0, end - 8) >> (8 * i));
    }
    return bytes;
  }
}
