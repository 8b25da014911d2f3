package io.github.weit.training.metrics;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard. An event file is a run of TFRecords, all numbers little-endian:
 *
 * <pre>
 *   uint64 length | uint32 masked CRC32C of the length | data | uint32 masked CRC32C of the data
 *   masked(crc) = ((crc &gt;&gt;&gt; 15) | (crc &lt;&lt; 17)) + 0xa282ead8
 * </pre>
 *
 * The first record's data is the event of the file's version, {@code brain.Event:2}; each other is
 * one scalar. Every opening begins a new file in the folder, as TensorBoard expects of a run that
 * is resumed.
 */
public final class TensorBoardLog implements AutoCloseable {
  private final Path file;
  private final OutputStream out;
  private final Clock clock;

  private TensorBoardLog(Path file, OutputStream out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /** Begins a new event file in {@code folder}, with wall times of this machine's clock. */
  public static TensorBoardLog open(Path folder) {
    return open(folder, Clock.systemUTC());
  }

  /** Begins a new event file in {@code folder}, which is made if it is not there. */
  public static TensorBoardLog open(Path folder, Clock clock) {
    try {
      Files.createDirectories(folder);
      long seconds = clock.instant().getEpochSecond();
      for (int number = 0; ; number++) {
        Path file = folder.resolve("events.out.tfevents." + seconds + ".weit." + number);
        try {
          OutputStream out =
              Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          TensorBoardLog log = new TensorBoardLog(file, out, clock);
          log.write(EventEncoder.version(log.now()));
          return log;
        } catch (FileAlreadyExistsException taken) {
          continue;
        }
      }
    } catch (IOException e) {
      throw failed("begin an event file in " + folder, e);
    }
  }

  /** The event file. */
  public Path file() {
    return file;
  }

  /**
   * Writes one point of the curve {@code tag}.
   *
   * @param tag for example {@code train/loss}; what stands before the slash groups curves
   * @throws WeitException if the file system refuses
   */
  public void scalar(String tag, long step, double value) {
    try {
      write(EventEncoder.scalar(now(), step, tag, (float) value));
    } catch (IOException e) {
      throw failed("append to " + file, e);
    }
  }

  private static WeitException failed(String what, IOException cause) {
    return new WeitException("cannot %s: %s".formatted(what, cause), cause);
  }

  private double now() {
    Instant instant = clock.instant();
    return instant.getEpochSecond() + instant.getNano() * 1e-9;
  }

  private void write(byte[] data) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 0, 8));
    record.put(data);
    record.putInt(maskedCrc(record.array(), 12, data.length));
    out.write(record.array());
    out.flush();
  }

  static int maskedCrc(byte[] bytes, int offset, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, offset, length);
    int crc = (int) checksum.getValue();
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed("close " + file, e);
    }
  }
}
