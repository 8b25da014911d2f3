package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.training.data.ImageSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether images are those that a model or a set of templates is for. */
final class ImageChecks {

  /** What to do where both parts of a set have other classes. */
  static final String SAME_FOLDERS = "train/ and test/ must hold the same class folders";

  private ImageChecks() {}

  /** Whether images have the shape that a family takes. */
  static boolean haveShape(Family family, ImageSet images) {
    return Arrays.equals(family.inputShape().getShape(), axes(images));
  }

  static boolean areSquare(ImageSet images) {
    return images.height() == images.width();
  }

  /** Asserts that images are as high as wide, as models take them. */
  static void requireSquare(ImageSet images) {
    if (!areSquare(images)) {
      throw new WeitException(
          "%s: models take square images, found %dx%d; use --image-size"
              .formatted(images.id(), images.height(), images.width()));
    }
  }

  private static long[] axes(ImageSet images) {
    return new long[] {images.channels(), images.height(), images.width()};
  }

  /** Channels, height and width, in words. */
  static String shape(ImageSet images) {
    return shape(axes(images));
  }

  /**
   * Asserts that images have the shape that a family takes.
   *
   * @param others what else can be done about it
   */
  static void requireShape(String what, Family family, ImageSet images, String... others) {
    if (!haveShape(family, images)) {
      long[] expected = family.inputShape().getShape();
      throw new WeitException(
          "%s is for images of %s (channels x height x width), but %s has %s; %s"
              .formatted(
                  what,
                  shape(expected),
                  images.id(),
                  shape(images),
                  advice(expected, axes(images), others)));
    }
  }

  private static String advice(long[] expected, long[] found, String... others) {
    List<String> ways = new ArrayList<>();
    if (expected[1] != found[1] || expected[2] != found[2]) {
      ways.add("--image-size %d resizes".formatted(expected[1]));
    }
    if (expected[0] != found[0]) {
      ways.add(
          expected[0] == 1 ? "--grey reads grey images" : "they are read in colour without --grey");
    }
    String folders = "for a folder or archive, " + String.join(" and ", ways);
    return Stream.concat(Stream.of(folders), Stream.of(others)).collect(Collectors.joining("; "));
  }

  /** Asserts that images have the classes whose names are given, in that order. */
  static void requireClasses(String what, List<String> expected, ImageSet images, String advice) {
    List<String> found = images.classes();
    if (expected.equals(found)) {
      return;
    }
    String difference =
        expected.size() != found.size()
            ? "%d classes, but %s has %d".formatted(expected.size(), images.id(), found.size())
            : firstDifference(expected, images);
    boolean numbered =
        expected.equals(IntStream.range(0, found.size()).mapToObj(String::valueOf).toList());
    throw new WeitException(
        "%s is for %s; %s"
            .formatted(
                what,
                difference,
                numbered
                    ? "if these are its classes in that order, import it with --class-names FILE, a name on each line"
                    : advice));
  }

  private static String firstDifference(List<String> expected, ImageSet images) {
    int i = 0;
    while (expected.get(i).equals(images.classes().get(i))) {
      i++;
    }
    return "other classes: number %d is '%s', but in %s it is '%s'"
        .formatted(i, expected.get(i), images.id(), images.classes().get(i));
  }

  private static String shape(long[] shape) {
    return shape[0] + "x" + shape[1] + "x" + shape[2];
  }
}
