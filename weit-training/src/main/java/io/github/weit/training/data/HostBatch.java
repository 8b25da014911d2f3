package io.github.weit.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.engine.Ops;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes and labels of one batch on the host, in the making of a {@link Batch}.
 *
 * @param pixels {@code (B, C, H, W)}
 * @param labels {@code (B)}
 * @param indices {@code (B)}, of the images in their set
 */
record HostBatch(byte[] pixels, int[] labels, int[] indices) {

  static HostBatch gather(ImageSet set, int[] order, int from, int count) {
    int image = set.imageBytes();
    byte[] pixels = new byte[Math.multiplyExact(count, image)];
    int[] labels = new int[count];
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      int index = order.length == 0 ? from + i : order[from + i];
      set.copyTo(index, pixels, i * image);
      labels[i] = set.label(index);
      indices[i] = index;
    }
    return new HostBatch(pixels, labels, indices);
  }

  /** {@code (B, C, H, W)} uint8. */
  NDArray images(NDManager manager, ImageSet set) {
    Shape shape = new Shape(labels.length, set.channels(), set.height(), set.width());
    return Ops.upload(manager, host -> host.create(ByteBuffer.wrap(pixels), shape, DataType.UINT8));
  }

  /** {@code (B, classes)} float32: one-hot rows, smoothed. */
  NDArray targets(NDManager manager, int classes, double smoothing) {
    return upload(manager, rows(classes, smoothing), classes);
  }

  /** Rows of targets on a device. */
  NDArray upload(NDManager manager, float[] rows, int classes) {
    return Ops.upload(manager, host -> host.create(rows, new Shape(labels.length, classes)));
  }

  /** {@code (B, classes)}: one-hot, smoothed. */
  float[] rows(int classes, double smoothing) {
    float[] rows = new float[Math.multiplyExact(labels.length, classes)];
    double off = smoothing / classes;
    Arrays.fill(rows, (float) off);
    for (int i = 0; i < labels.length; i++) {
      rows[i * classes + labels[i]] = (float) (1 - smoothing + off);
    }
    return rows;
  }
}
