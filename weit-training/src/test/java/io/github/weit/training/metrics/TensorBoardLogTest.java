package io.github.weit.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.training.StepReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000L, 250_000_000), ZoneOffset.UTC);

  @TempDir Path folder;

  /** Splits a file into records and checks their lengths and checksums. */
  private static List<byte[]> records(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (in.hasRemaining()) {
      int at = in.position();
      byte[] data = new byte[Math.toIntExact(in.getLong())];
      assertThat(in.getInt()).isEqualTo(TensorBoardLog.maskedCrc(bytes, at, 8));
      in.get(data);
      assertThat(in.getInt()).isEqualTo(TensorBoardLog.maskedCrc(data, 0, data.length));
      records.add(data);
    }
    return records;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /** Field number to value: Double, Float, Long or byte[], each field once. */
  private static Map<Integer, Object> message(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, Object> fields = new TreeMap<>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value;
      switch ((int) (tag & 7)) {
        case 0 -> value = varint(in);
        case 1 -> value = in.getDouble();
        case 5 -> value = in.getFloat();
        default -> {
          byte[] bytes = new byte[(int) varint(in)];
          in.get(bytes);
          value = bytes;
        }
      }
      assertThat(fields.put((int) (tag >>> 3), value)).isNull();
    }
    return fields;
  }

  private static Map<Integer, Object> point(Map<Integer, Object> event) {
    return message((byte[]) message((byte[]) event.get(5)).get(1));
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, StandardCharsets.UTF_8);
  }

  @Test
  void theFirstRecordNamesTheVersionAndTheOthersAreScalars() throws IOException {
    Path file;
    try (TensorBoardLog log = TensorBoardLog.open(folder, CLOCK)) {
      file = log.file();
      log.scalar("train/loss", 0, 2.5);
      log.scalar("träin/loss", 123_456_789_012L, Double.NaN);
      assertThat(records(file)).hasSize(3);
    }
    assertThat(file.getFileName().toString()).contains("tfevents").contains("1700000000");
    List<byte[]> records = records(file);
    Map<Integer, Object> version = message(records.get(0));
    assertThat(version).containsOnlyKeys(1, 3).containsEntry(1, 1_700_000_000.25);
    assertThat(text(version.get(3))).isEqualTo("brain.Event:2");
    Map<Integer, Object> first = message(records.get(1));
    assertThat(first).containsOnlyKeys(1, 2, 5).containsEntry(2, 0L);
    assertThat(text(point(first).get(1))).isEqualTo("train/loss");
    assertThat(point(first)).containsOnlyKeys(1, 2).containsEntry(2, 2.5f);
    Map<Integer, Object> second = message(records.get(2));
    assertThat(second).containsEntry(2, 123_456_789_012L);
    assertThat(text(point(second).get(1))).isEqualTo("träin/loss");
    assertThat((Float) point(second).get(2)).isNaN();
  }

  @Test
  void theChecksumIsTheMaskedCastagnoli() {
    byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
    // CRC32C's check value 0xe3069283, rotated right by 15, plus the constant
    int expected = Integer.rotateRight(0xe3069283, 15) + 0xa282ead8;
    assertThat(TensorBoardLog.maskedCrc(check, 0, 9)).isEqualTo(expected);
  }

  @Test
  void everyOpeningBeginsAFileOfItsOwn() {
    try (TensorBoardLog one = TensorBoardLog.open(folder.resolve("runs/a"), CLOCK);
        TensorBoardLog other = TensorBoardLog.open(folder.resolve("runs/a"), CLOCK)) {
      assertThat(other.file()).isNotEqualTo(one.file()).hasSameBinaryContentAs(one.file());
    }
  }

  @Test
  void aStepBecomesFourCurves() throws IOException {
    try (TensorBoardLog log = TensorBoardLog.open(folder, CLOCK)) {
      StepMetrics.tensorBoard(log, "train")
          .stepped(new StepReport(3, 9, 1.5, 1e-3, 0.25, 8, Duration.ZERO));
      List<byte[]> records = records(log.file());
      assertThat(records.subList(1, 5))
          .extracting(record -> text(point(message(record)).get(1)))
          .containsExactly(
              "train/loss", "train/learning_rate", "train/gradient_norm", "train/steps_per_second");
      assertThat(records.subList(1, 5))
          .extracting(record -> point(message(record)).get(2))
          .containsExactly(1.5f, 1e-3f, 0.25f, 8f);
    }
  }
}
