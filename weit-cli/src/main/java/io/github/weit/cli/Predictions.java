package io.github.weit.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.NoGradient;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.images.Planes;
import io.github.weit.training.data.ImageFiles;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks a model about images, so many at a time. */
final class Predictions {

  private static final int BATCH = 64;

  private final WeightsFile weights;
  private final List<String> classes;
  private final int top;
  private final Shape input; // (channels, height, width)
  private final List<Path> waiting = new ArrayList<>();
  private final ByteArrayOutputStream pixels = new ByteArrayOutputStream();
  private final List<Answer> answers = new ArrayList<>();

  /**
   * @param top how many classes are kept of each image
   * @throws WeitException if the file does not say how its images are normalised and what its
   *     classes are
   */
  Predictions(WeightsFile weights, int top) {
    this.weights = weights;
    this.top = top;
    classes = weights.classes();
    input = weights.model().family().inputShape();
    try {
      Planes.requireChannels(input.get(0));
    } catch (WeitException e) {
      throw new WeitException(weights.file() + ": " + e.getMessage(), e);
    }
    if (classes.size() != weights.model().family().classes()) {
      throw new WeitException(
          "%s: the model has %d classes, its provenance names %d"
              .formatted(weights.file(), weights.model().family().classes(), classes.size()));
    }
  }

  /** An image; one that cannot be read is named on standard error and has no answer. */
  void add(Path image) {
    try {
      pixels.writeBytes(
          ImageFiles.read(
              image,
              Math.toIntExact(input.get(0)),
              Math.toIntExact(input.get(1)),
              Math.toIntExact(input.get(2))));
    } catch (WeitException e) {
      System.err.println(OneLine.of(e.getMessage()));
      return;
    }
    waiting.add(image);
    if (waiting.size() == BATCH) {
      ask();
    }
  }

  /** All answers, in the order of the images. */
  List<Answer> finish() {
    if (!waiting.isEmpty()) {
      ask();
    }
    return answers;
  }

  private void ask() {
    double[] logits = logits();
    for (int i = 0; i < waiting.size(); i++) {
      double[] own = Arrays.copyOfRange(logits, i * classes.size(), (i + 1) * classes.size());
      if (!Arrays.stream(own).allMatch(Double::isFinite)) {
        throw new WeitException(
            "%s: its answer about %s is no number; its weights are damaged, or of a training that diverged"
                .formatted(weights.file(), waiting.get(i)));
      }
      answers.add(Answer.of(waiting.get(i), classes, top, own));
    }
    waiting.clear();
    pixels.reset();
  }

  private double[] logits() {
    Shape shape = new Shape(waiting.size()).addAll(input);
    ByteBuffer bytes = ByteBuffer.wrap(pixels.toByteArray());
    NDManager owner = weights.model().weights().asMap().values().iterator().next().getManager();
    try (NDManager manager = owner.newSubManager();
        NDScope scope = new NDScope();
        NoGradient off = NoGradient.begin()) {
      scope.suppressNotUsedWarning();
      off.hold();
      NDArray batch = Ops.upload(manager, host -> host.create(bytes, shape, DataType.UINT8));
      NDArray images = weights.normalisation().apply(batch);
      return weights.model().logits(images).toType(DataType.FLOAT64, false).toDoubleArray();
    }
  }
}
