package io.github.weit.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.engine.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * Per-channel normalisation, y = (x / 255 - mean) / deviation, for pixels x from 0 to 255.
 *
 * @param mean one per channel, in units of 1 = white
 * @param deviation one per channel, positive
 */
public record Normalisation(List<Double> mean, List<Double> deviation) {

  public Normalisation {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    ImageFacts.requireNormalisation(mean, deviation);
  }

  /**
   * Mean and population deviation of each channel over all pixels of a set. A constant channel gets
   * the deviation 1, so that it is normalised to zero.
   */
  public static Normalisation of(ImageSet images) {
    List<Double> mean = new ArrayList<>();
    List<Double> deviation = new ArrayList<>();
    for (long[] histogram : images.histogram()) {
      long count = 0;
      long sum = 0;
      for (int v = 0; v < 256; v++) {
        count += histogram[v];
        sum += histogram[v] * v;
      }
      double m = (double) sum / count;
      double squares = 0;
      for (int v = 0; v < 256; v++) {
        squares += histogram[v] * (v - m) * (v - m);
      }
      mean.add(m / 255);
      deviation.add(squares == 0 ? 1 : Math.sqrt(squares / count) / 255);
    }
    return new Normalisation(mean, deviation);
  }

  public int channels() {
    return mean.size();
  }

  /**
   * Normalises on the array's device.
   *
   * @param images {@code (B, C, H, W)}, values 0 to 255, uint8 or float32
   * @return {@code (B, C, H, W)} float32
   */
  public NDArray apply(NDArray images) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4 || shape.get(1) != channels()) {
      throw new WeitException(
          ("Normalisation: expected images (batch, %d, height, width), found %s; "
                  + "a normalisation belongs to images of as many channels")
              .formatted(channels(), shape));
    }
    float[] numbers = new float[2 * channels()]; // gains, then shifts
    for (int c = 0; c < channels(); c++) {
      numbers[c] = (float) (1 / (255 * deviation.get(c)));
      numbers[channels() + c] = (float) (-mean.get(c) / deviation.get(c));
    }
    Shape perChannel = new Shape(2, channels(), 1, 1);
    NDList both =
        Ops.upload(images.getManager(), host -> host.create(numbers, perChannel)).split(2, 0);
    return images.toType(DataType.FLOAT32, false).mul(both.get(0)).add(both.get(1));
  }

  /**
   * One line, which {@link DataFacts#normalisation} reads back exactly from a provenance: {@code
   * mean=0.49,0.48,0.45;deviation=0.2,0.2,0.3}.
   */
  public String toText() {
    return ImageFacts.normalisation(mean, deviation);
  }
}
