package io.github.weit.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;

/** Applies {@link AugmentationDraws} to a whole batch as array operations on its device. */
final class Augmenter {

  private Augmenter() {}

  /**
   * @param images {@code (B, C, H, W)} uint8
   * @param targets {@code (B, classes)} float32
   */
  static Batch apply(
      NDArray images,
      NDArray targets,
      Normalisation normalisation,
      Augmentation how,
      AugmentationDraws draws) {
    if (images.getShape().dimension() != 4) {
      throw new WeitException(
          "Augmenter: expected images (B, C, H, W), found " + images.getShape());
    }
    NDArray moved =
        how.cropPadding() > 0 || how.flip()
            ? cropAndFlip(images, how.cropPadding(), draws)
            : images;
    NDArray x = normalisation.apply(moved);
    if (how.erasingProbability() > 0) {
      x = x.mul(outside(x, draws.erase()));
    }
    if (draws.weight() == 1) {
      return new Batch(x, targets);
    }
    NDArray weight = Ops.scalarLike(targets, draws.weight());
    NDArray keep = draws.cut().area() > 0 ? outside(x, draws.cut()) : weight;
    return new Batch(mix(x, keep), mix(targets, weight));
  }

  /** keep x + (1 - keep) x', x' being x in reverse order along the batch. */
  private static NDArray mix(NDArray x, NDArray keep) {
    NDArray one = Ops.scalarLike(keep, 1);
    return x.mul(keep).add(x.flip(0).mul(one.sub(keep)));
  }

  /**
   * One gather of pixels: row {@code top + y}, column {@code left + x} or, mirrored, {@code left +
   * W - 1 - x}.
   */
  private static NDArray cropAndFlip(NDArray images, int padding, AugmentationDraws draws) {
    long batch = images.getShape().get(0);
    long channels = images.getShape().get(1);
    long height = images.getShape().get(2);
    long width = images.getShape().get(3);
    NDArray padded =
        padding == 0 ? images : images.pad(new Shape(padding, padding, padding, padding), 0);
    long paddedWidth = width + 2L * padding;
    long paddedSize = (height + 2L * padding) * paddedWidth;

    long[] path = new long[(int) (2 * batch)]; // steps, then starts
    for (int i = 0; i < batch; i++) {
      int mirror = draws.flip()[i] ? 1 : 0;
      path[i] = 1 - 2L * mirror;
      path[(int) batch + i] = draws.top()[i] * paddedWidth + draws.left()[i] + mirror * (width - 1);
    }
    NDManager manager = images.getManager();
    Shape perImage = new Shape(2 * batch, 1, 1);
    NDList paths = Ops.upload(manager, host -> host.create(path, perImage)).split(2, 0);
    NDArray rows = range(manager, height, paddedWidth, new Shape(1, height, 1));
    NDArray columns = range(manager, width, 1, new Shape(1, 1, width));
    NDArray index =
        rows.add(columns.mul(paths.get(0)))
            .add(paths.get(1)) // (B, H, W)
            .reshape(batch, 1, height * width)
            .broadcast(batch, channels, height * width);
    return padded
        .reshape(batch, channels, paddedSize)
        .gather(index, 2)
        .reshape(batch, channels, height, width);
  }

  /** {@code (boxes, 1, H, W)} float32: 0 inside the box of each image, 1 elsewhere. */
  private static NDArray outside(NDArray x, Box... boxes) {
    NDManager manager = x.getManager();
    long height = x.getShape().get(2);
    long width = x.getShape().get(3);
    int count = boxes.length;
    long[] bounds = new long[4 * count];
    for (int i = 0; i < count; i++) {
      bounds[i] = boxes[i].top();
      bounds[count + i] = boxes[i].bottom();
      bounds[2 * count + i] = boxes[i].left();
      bounds[3 * count + i] = boxes[i].right();
    }
    Shape perBox = new Shape(4L * count, 1, 1, 1);
    NDList sides = Ops.upload(manager, host -> host.create(bounds, perBox)).split(4, 0);
    NDArray rows = range(manager, height, 1, new Shape(1, 1, height, 1));
    NDArray columns = range(manager, width, 1, new Shape(1, 1, 1, width));
    NDArray inRows = rows.gte(sides.get(0)).logicalAnd(rows.lt(sides.get(1))); // (boxes, 1, H, 1)
    NDArray inColumns =
        columns.gte(sides.get(2)).logicalAnd(columns.lt(sides.get(3))); // (boxes, 1, 1, W)
    return inRows.logicalAnd(inColumns).logicalNot().toType(DataType.FLOAT32, false);
  }

  /** 0, step, 2 step and so on. */
  private static NDArray range(NDManager manager, long count, long step, Shape shape) {
    int end = Math.toIntExact(count * step);
    return manager.arange(0, end, Math.toIntExact(step), DataType.INT64).reshape(shape);
  }
}
