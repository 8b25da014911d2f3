package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.training.data.ImageSet;
import java.util.Arrays;
import java.util.List;

/** Whether images are those that a model or a set of templates is for. */
final class ImageChecks {

  private ImageChecks() {}

  /** Asserts that images have the shape that a family takes. */
  static void requireShape(String what, Family family, ImageSet images) {
    long[] expected = family.inputShape().getShape();
    long[] found = {images.channels(), images.height(), images.width()};
    if (!Arrays.equals(expected, found)) {
      throw new WeitException(
          "%s is for images of %s (channels x height x width), but %s has %s; for a folder or archive, --image-size %d resizes%s"
              .formatted(
                  what,
                  shape(expected),
                  images.id(),
                  shape(found),
                  expected[1],
                  expected[0] == 1 ? " and --grey reads grey images" : ""));
    }
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
    throw new WeitException(what + " is for " + difference + "; " + advice);
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
