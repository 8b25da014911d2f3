package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillationTest {

  private static final int BATCH = 3;
  private static final int CLASSES = 4;
  private static final Step STEP = new Step(0, new Seed(0));

  private final NDManager manager = WeitEngine.newManager(Device.cpu());
  private final double[] student = normal(1);
  private final double[] teacher = normal(2);
  private final double[] targets = rows(3);

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] normal(long seed) {
    RandomGenerator random = new Seed(seed).generator();
    double[] values = new double[BATCH * CLASSES];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextGaussian();
    }
    return values;
  }

  /** Rows that are positive and sum to 1. */
  private static double[] rows(long seed) {
    double[] values = normal(seed);
    for (int b = 0; b < BATCH; b++) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        sum += Math.exp(values[b * CLASSES + c]);
      }
      for (int c = 0; c < CLASSES; c++) {
        values[b * CLASSES + c] = Math.exp(values[b * CLASSES + c]) / sum;
      }
    }
    return values;
  }

  private NDArray array(double[] values) {
    return manager.create(values, new Shape(BATCH, CLASSES));
  }

  private NDArray loss(NDArray logits, LogitsSource source, double weight, double temperature) {
    Batch batch =
        new Batch(manager.zeros(new Shape(BATCH, 1, 2, 2), DataType.FLOAT64), array(targets));
    Classification network = (step, images) -> logits;
    return new Distillation(source, weight, temperature).of(network).loss(STEP, batch, manager);
  }

  private static double softmax(double[] logits, int b, int c, double temperature) {
    double sum = 0;
    for (int k = 0; k < CLASSES; k++) {
      sum += Math.exp(logits[b * CLASSES + k] / temperature);
    }
    return Math.exp(logits[b * CLASSES + c] / temperature) / sum;
  }

  private double expected(double[] logits, double weight, double temperature) {
    double loss = 0;
    for (int b = 0; b < BATCH; b++) {
      for (int c = 0; c < CLASSES; c++) {
        double p = softmax(teacher, b, c, temperature);
        double q = softmax(logits, b, c, temperature);
        loss += weight * temperature * temperature * p * Math.log(p / q) / BATCH;
        double y = targets[b * CLASSES + c];
        loss -= (1 - weight) * y * Math.log(softmax(logits, b, c, 1)) / BATCH;
      }
    }
    return loss;
  }

  @ParameterizedTest
  @CsvSource({"0.5,2", "0.9,4", "0,1", "1,3", "0.3,0.5"})
  void isWhatLoopsCompute(double weight, double temperature) {
    NDArray loss = loss(array(student), images -> array(teacher), weight, temperature);
    assertThat(loss.toDoubleArray())
        .containsExactly(new double[] {expected(student, weight, temperature)}, offset(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0.5,2", "1,3", "0.3,0.5"})
  void hasTheGradientOfCentralDifferences(double weight, double temperature) {
    NDArray leaf = array(student);
    leaf.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(loss(leaf, images -> array(teacher), weight, temperature));
    }
    double[] gradient = leaf.getGradient().toDoubleArray();
    for (int i = 0; i < student.length; i++) {
      double[] up = student.clone();
      double[] down = student.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double slope =
          (expected(up, weight, temperature) - expected(down, weight, temperature)) / 2e-5;
      assertThat(gradient[i]).isEqualTo(slope, offset(1e-8));
    }
  }

  @Test
  void aStudentThatAgreesWithItsTeacherLosesNothing() {
    NDArray loss = loss(array(teacher), images -> array(teacher), 1, 2);
    assertThat(loss.toDoubleArray()[0]).isEqualTo(0, offset(1e-15));
  }

  /** Of an image and its mirror image, at a temperature, against loops. */
  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "0.4,3"})
  void ofBothViewsTheMeanIsLearnt(double weight, double temperature) {
    double[] mirrored = normal(6);
    LogitsSource source = images -> array(images.getDouble(0, 0, 0, 0) == 1 ? teacher : mirrored);
    NDArray images = manager.zeros(new Shape(BATCH, 1, 2, 2), DataType.FLOAT64);
    images.set(new NDIndex(":, :, :, 0"), 1);
    Batch batch = new Batch(images, array(targets));
    Classification network = (step, asked) -> array(student);
    TeachingOptions options = new TeachingOptions(weight, temperature, true);
    double expected = 0;
    for (int b = 0; b < BATCH; b++) {
      for (int c = 0; c < CLASSES; c++) {
        double p = (softmax(teacher, b, c, temperature) + softmax(mirrored, b, c, temperature)) / 2;
        double q = softmax(student, b, c, temperature);
        expected += weight * temperature * temperature * p * Math.log(p / q) / BATCH;
        double y = targets[b * CLASSES + c];
        expected -= (1 - weight) * y * Math.log(softmax(student, b, c, 1)) / BATCH;
      }
    }
    NDArray loss = new Distillation(source, options).of(network).loss(STEP, batch, manager);
    assertThat(loss.toDoubleArray()).containsExactly(new double[] {expected}, offset(1e-12));
  }

  /** Where one of the two is sure. */
  @Test
  void theMeanOfViewsIsFiniteWhereOneSaysAllButNothing() {
    double[] sure = new double[BATCH * CLASSES];
    for (int b = 0; b < BATCH; b++) {
      sure[b * CLASSES] = 5000;
    }
    Batch batch = new Batch(manager.zeros(new Shape(BATCH, 1, 2, 2)), array(targets));
    NDArray loss =
        new Distillation(images -> array(sure), TeachingOptions.of(1).withBothViews(true))
            .of((step, images) -> array(student))
            .loss(STEP, batch, manager);
    double expected = 0;
    for (int b = 0; b < BATCH; b++) {
      expected -= Math.log(softmax(student, b, 0, 1)) / BATCH;
    }
    assertThat(loss.toDoubleArray()[0]).isEqualTo(expected, offset(1e-12));
  }

  @Test
  void theTeacherLearnsNothing() {
    NDArray leaf = array(student);
    NDArray taught = array(teacher);
    leaf.setRequiresGradient(true);
    taught.setRequiresGradient(true);
    NDArray two = manager.create(new double[] {2});
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(loss(leaf, images -> taught.mul(two), 0.5, 2));
    }
    // a leaf that took no part has a fresh gradient of zeros, in float32
    assertThat(taught.getGradient().toFloatArray()).containsOnly(0);
    assertThat(leaf.getGradient().toDoubleArray()).doesNotContain(0);
  }

  @Test
  void refusesATeacherOfOtherClassesAndValuesOutOfRange() {
    assertThatThrownBy(() -> loss(array(student), images -> array(teacher).get("0:2"), 0.5, 1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("(2, 4); expected (3, 4)");
    assertThatThrownBy(() -> loss(array(student), images -> array(teacher), 1.5, 1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("from 0 to 1, found 1.5");
    assertThatThrownBy(() -> loss(array(student), images -> array(teacher), 0.5, 0))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("temperature must be positive, found 0");
  }

  private static BatchSource source(Augmentation augmentation) {
    byte[] pixels = new byte[6 * 4];
    new Seed(4).generator().nextBytes(pixels);
    ImageSet images =
        ImageSet.of("noise", List.of("a", "b", "c"), 1, 2, 2, new int[] {0, 1, 2, 0, 1, 2}, pixels);
    return new BatchSource(images, Normalisation.of(images), augmentation, 3, new Seed(5));
  }

  /**
   * Of a lesson of four steps, two epochs: targets that the network is trained with, and losses.
   */
  private double[] losses(Lesson lesson, double slope) {
    Classification network =
        (step, images) -> images.reshape(3, 4).get(":, 0:3").mul(manager.create((float) slope));
    Objective<Batch> task = lesson.task().apply(network);
    double[] losses = new double[4];
    try (BatchStream stream = lesson.source().open(0)) {
      for (int i = 0; i < losses.length; i++) {
        losses[i] = task.loss(STEP, stream.next(manager), manager).getFloat();
      }
    }
    return losses;
  }

  /** A teacher that says an image's pixels, and notes how many images it is asked about. */
  private static LogitsSource ofPixels(List<Long> asked) {
    return images -> {
      long count = images.getShape().get(0);
      asked.add(count);
      return images.reshape(count, 4).get(":, 1:4");
    };
  }

  /** Two losses that differ by the same number for all students have the same gradient. */
  @ParameterizedTest
  @CsvSource({"0.5,1,false", "0.5,1,true", "1,2,false", "1,1,true", "1,3,true"})
  void askedBeforehandItTeachesWhatItDoesWhenAskedAtEveryStep(
      double weight, double temperature, boolean bothViews) {
    List<Long> asked = new ArrayList<>();
    LogitsSource said = ofPixels(asked);
    Recipe recipe = Recipe.of(4, 3).withAugmentation(Augmentation.FLIP);
    Distillation distillation =
        new Distillation(said, new TeachingOptions(weight, temperature, bothViews));
    BatchSource source = source(recipe.augmentation());
    Lesson before = distillation.lesson(source, recipe, manager);
    long once = asked.stream().mapToLong(n -> n).sum();
    assertThat(once).isEqualTo(12).isEqualTo(distillation.shown(6, 3, recipe));
    double[] first = losses(before, 1);
    double[] second = losses(before, -2);
    assertThat(asked.stream().mapToLong(n -> n).sum()).as("not asked again").isEqualTo(once);
    Lesson always = new Lesson(source, distillation::of);
    double[] firstAsked = losses(always, 1);
    double[] secondAsked = losses(always, -2);
    assertThat(asked.stream().mapToLong(n -> n).sum()).isEqualTo(once + (bothViews ? 4 : 2) * 12);
    for (int i = 0; i < first.length; i++) {
      assertThat(first[i] - firstAsked[i])
          .isEqualTo(second[i] - secondAsked[i], offset(1e-5))
          .isGreaterThan(0.1); // the entropy's share
      assertThat(Math.abs(first[i] - second[i])).isGreaterThan(1e-3);
    }
  }

  @Test
  void isAskedAtEveryStepWhereImagesDifferOrStepsAreFewOrItsAnswersAreNoTargets() {
    Distillation teacher = new Distillation(images -> images, 0.5, 1);
    Recipe enough = Recipe.of(4, 3).withAugmentation(Augmentation.FLIP);
    assertThat(teacher.isAskedBefore(6, 3, enough)).isTrue();
    assertThat(teacher.isAskedBefore(7, 3, enough)).isFalse();
    assertThat(teacher.isAskedBefore(12, 3, enough.withAugmentation(Augmentation.NONE))).isTrue();
    assertThat(teacher.isAskedBefore(6, 3, enough.withAugmentation(Augmentation.LIGHT))).isFalse();
    assertThat(teacher.isAskedBefore(6, 1 << 21, enough)).as("too many classes").isFalse();
    assertThat(teacher.askedAtEveryStep().isAskedBefore(6, 3, enough)).isFalse();
    assertThat(teacher.askedAtEveryStep().shown(6, 3, enough.withSteps(50))).isEqualTo(150);
    assertThat(new Distillation(images -> images, 0.5, 2).isAskedBefore(6, 3, enough)).isFalse();
    assertThat(new Distillation(images -> images, 1, 2).isAskedBefore(6, 3, enough)).isTrue();
    Distillation both = new Distillation(images -> images, TeachingOptions.TUNED);
    assertThat(both.shown(6, 3, enough)).isEqualTo(12);
    assertThat(both.askedAtEveryStep().shown(6, 3, enough)).as("one view each").isEqualTo(12);
    assertThat(both.shown(7, 3, enough)).as("at every step, both views").isEqualTo(24);
    assertThat(both.shown(13, 3, enough.withAugmentation(Augmentation.NONE)))
        .as("no mirror image is seen")
        .isEqualTo(12);
    Distillation silent = new Distillation(images -> images, 0, 1);
    assertThat(silent.shown(6, 3, enough)).isZero();
    BatchSource source = source(Augmentation.NONE);
    assertThat(silent.lesson(source, enough, manager).source()).isSameAs(source);
  }

  /** Digits are no digits in a mirror. */
  @Test
  void imagesThatAreNotMirroredAreNotShownInAMirror() {
    List<Long> asked = new ArrayList<>();
    LogitsSource said = ofPixels(asked);
    Recipe recipe = Recipe.of(4, 3).withAugmentation(Augmentation.NONE);
    BatchSource source = source(recipe.augmentation());
    Distillation both = new Distillation(said, TeachingOptions.TUNED);
    Distillation one = new Distillation(said, TeachingOptions.TUNED.withBothViews(false));
    for (boolean always : new boolean[] {false, true}) {
      Recipe steps = recipe.withSteps(always ? 1 : 4); // fewer than to be asked beforehand
      Lesson found = both.lesson(source, steps, manager);
      Lesson plain = one.lesson(source, steps, manager);
      asked.clear();
      double[] losses = losses(found, 1);
      assertThat(asked).hasSize(always ? 4 : 0);
      assertThat(losses).isEqualTo(losses(plain, 1));
    }
  }
}
