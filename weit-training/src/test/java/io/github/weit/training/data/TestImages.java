package io.github.weit.training.data;

import io.github.weit.core.Seed;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Sets of random pixels, labels in turn. */
final class TestImages {

  private TestImages() {}

  static ImageSet random(int count, int classes, int channels, int height, int width) {
    RandomGenerator random = new Seed(99).generator();
    byte[] pixels = new byte[count * channels * height * width];
    random.nextBytes(pixels);
    int[] labels = IntStream.range(0, count).map(i -> i % classes).toArray();
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "class" + c).toList();
    return ImageSet.of("random", names, channels, height, width, labels, pixels);
  }

  static byte[] image(ImageSet set, int index) {
    byte[] bytes = new byte[set.imageBytes()];
    set.copyTo(index, bytes, 0);
    return bytes;
  }

  /** What Normalisation should give, in float64. */
  static double normal(int value, Normalisation n, int channel) {
    return (value / 255.0 - n.mean().get(channel)) / n.deviation().get(channel);
  }
}
