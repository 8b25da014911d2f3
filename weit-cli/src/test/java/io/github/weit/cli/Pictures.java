package io.github.weit.cli;

import io.github.weit.core.Seed;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/** Draws small data sets: a class is a colour, with noise. */
final class Pictures {

  static final List<String> CLASSES = List.of("blue", "green", "red");

  private Pictures() {}

  /** {@code train/} with eight and {@code test/} with four pictures of each class. */
  static Path draw(Path folder, int side, List<String> classes) {
    part(folder.resolve("train"), side, classes, 8);
    part(folder.resolve("test"), side, classes, 4);
    return folder;
  }

  static Path draw(Path folder, int side) {
    return draw(folder, side, CLASSES);
  }

  /** {@code train/} alone. */
  static void drawTrain(Path folder, int side) {
    part(folder.resolve("train"), side, CLASSES, 8);
  }

  private static void part(Path folder, int side, List<String> classes, int each) {
    for (int c = 0; c < classes.size(); c++) {
      for (int i = 0; i < each; i++) {
        RandomGenerator random =
            new Seed(7).child(folder.getFileName() + "" + c).child(i).generator();
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < side * side; p++) {
          int rgb = random.nextInt() & 0x3F3F3F | 0xC0 << 8 * (c % 3);
          image.setRGB(p % side, p / side, rgb);
        }
        write(image, folder.resolve(classes.get(c)).resolve(i + ".png"));
      }
    }
  }

  private static void write(BufferedImage image, Path file) {
    try {
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
