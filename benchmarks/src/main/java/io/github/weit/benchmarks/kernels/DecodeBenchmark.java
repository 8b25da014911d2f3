package io.github.weit.benchmarks.kernels;

import io.github.weit.core.Seed;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reading 2,000 small pictures from a folder, against the JDK's decoder on one thread. */
@State(Scope.Thread)
public class DecodeBenchmark {

  private static final int IMAGES = 2_000;
  private static final int SIDE = 32;

  @Param({"jpg", "png"})
  public String format;

  private Path folder;
  private final List<Path> files = new ArrayList<>();
  private final List<byte[]> encoded = new ArrayList<>();

  /** Smooth pictures: JPEG files of noise would be as large as their pixels. */
  @Setup
  public void write() throws IOException {
    folder = Files.createTempDirectory(Path.of("benchmarks", "target"), "pictures");
    RandomGenerator random = new Seed(0).generator();
    for (int i = 0; i < IMAGES; i++) {
      Path file =
          Files.createDirectories(folder.resolve("class" + i % 10)).resolve(i + "." + format);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(picture(random), format, bytes);
      encoded.add(bytes.toByteArray());
      files.add(Files.write(file, bytes.toByteArray()));
    }
  }

  /** Two waves in each colour, and a little noise. */
  private static BufferedImage picture(RandomGenerator random) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    double[] waves = random.doubles(6, 0.05, 0.5).toArray();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          double wave = Math.sin(waves[2 * c] * x) + Math.cos(waves[2 * c + 1] * y);
          int value = (int) (128 + 50 * wave + 10 * random.nextGaussian());
          rgb = rgb << 8 | Math.max(0, Math.min(255, value));
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  @TearDown
  public void delete() throws IOException {
    for (Path file : files) {
      Files.delete(file);
    }
    for (int i = 0; i < 10; i++) {
      Files.delete(folder.resolve("class" + i));
    }
    Files.delete(folder);
  }

  /** Listing, reading, decoding on all cores, checking, and laying channel after channel. */
  @Benchmark
  public int folder() {
    return ImageFolders.read(folder, "pictures", ImageFolderOptions.COLOUR).size();
  }

  /** Decoding alone, from memory, on one core. */
  @Benchmark
  @Yardstick
  public int decode() throws IOException {
    int pixels = 0;
    for (byte[] each : encoded) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(each));
      pixels += image.getWidth() * image.getHeight();
    }
    return pixels;
  }
}
