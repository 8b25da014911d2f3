package io.github.weit.training.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The protocol buffers of an event file, as far as scalars need them:
 *
 * <pre>
 *   Event   { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
 *   Summary { repeated Value value = 1; }
 *   Value   { string tag = 1; float simple_value = 2; }
 * </pre>
 */
final class EventEncoder {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private EventEncoder() {}

  static byte[] version(double wallTime) {
    return new EventEncoder()
        .fixed64(1, wallTime)
        .bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8))
        .encoded();
  }

  static byte[] scalar(double wallTime, long step, String tag, float value) {
    byte[] point =
        new EventEncoder()
            .bytes(1, tag.getBytes(StandardCharsets.UTF_8))
            .fixed32(2, value)
            .encoded();
    byte[] summary = new EventEncoder().bytes(1, point).encoded();
    return new EventEncoder().fixed64(1, wallTime).varint(2, step).bytes(5, summary).encoded();
  }

  private EventEncoder fixed64(int field, double value) {
    tag(field, FIXED64);
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
    return this;
  }

  private EventEncoder fixed32(int field, float value) {
    tag(field, FIXED32);
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return this;
  }

  private EventEncoder varint(int field, long value) {
    tag(field, VARINT);
    raw(value);
    return this;
  }

  private EventEncoder bytes(int field, byte[] value) {
    tag(field, BYTES);
    raw(value.length);
    out.writeBytes(value);
    return this;
  }

  private void tag(int field, int wireType) {
    raw((long) field << 3 | wireType);
  }

  private void raw(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private byte[] encoded() {
    return out.toByteArray();
  }
}
