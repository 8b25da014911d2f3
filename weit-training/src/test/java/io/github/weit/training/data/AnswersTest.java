package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {

  private static final int CLASSES = 4;
  private static final int PIXELS = 3 * 8 * 6;

  private final ImageSet set = TestImages.random(23, CLASSES, 3, 8, 6);
  private NDManager manager;
  private float[] matrix;
  private UnaryOperator<NDArray> teacher; // tells an image from its mirror image

  @BeforeEach
  void draw() {
    manager = NDManager.newBaseManager();
    matrix = new float[PIXELS * CLASSES];
    var random = new Seed(8).generator();
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) random.nextGaussian() / 8;
    }
    NDArray weights = manager.create(matrix, new Shape(PIXELS, CLASSES));
    teacher = images -> images.reshape(-1, PIXELS).matMul(weights);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private BatchSource source(Augmentation augmentation) {
    return new BatchSource(set, Normalisation.of(set), augmentation, 5, new Seed(5));
  }

  /** What the teacher says of an image of a batch, in float64. */
  private double[] said(float[] images, int row) {
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      double logit = 0;
      for (int i = 0; i < PIXELS; i++) {
        logit += (double) images[row * PIXELS + i] * matrix[i * CLASSES + c];
      }
      p[c] = Math.exp(logit);
      sum += p[c];
    }
    for (int c = 0; c < CLASSES; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void targetsAreMixedWithWhatIsSaidOfTheImageAsTheBatchShowsIt(boolean flip) {
    Augmentation how = Augmentation.NONE.withFlip(flip).withLabelSmoothing(0.2);
    BatchSource plain = source(how);
    Answers answers = Answers.of(plain, teacher, manager);
    try (BatchStream labels = plain.open(0);
        BatchStream taught = plain.withAnswers(answers, 0.7).open(0)) {
      for (int step = 0; step < 12; step++) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Batch expected = labels.next(manager);
          Batch found = taught.next(manager);
          float[] images = found.images().toFloatArray();
          float[] targets = found.targets().toFloatArray();
          float[] before = expected.targets().toFloatArray();
          assertThat(images).isEqualTo(expected.images().toFloatArray());
          for (int row = 0; row < 5; row++) {
            double[] p = said(images, row);
            for (int c = 0; c < CLASSES; c++) {
              double mixed = 0.7 * p[c] + 0.3 * before[row * CLASSES + c];
              assertThat(targets[row * CLASSES + c]).isCloseTo((float) mixed, within(1e-5f));
            }
          }
        }
      }
    }
  }

  @Test
  void asAMeanTheSameIsSaidOfAnImageAndItsMirrorImage() {
    BatchSource mirrored = source(Augmentation.FLIP);
    Answers mean = Answers.of(mirrored, teacher, true, manager);
    try (BatchStream taught = mirrored.withAnswers(mean, 1).open(0)) {
      for (int step = 0; step < 12; step++) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Batch found = taught.next(manager);
          float[] images = found.images().toFloatArray();
          float[] other = found.images().flip(3).toFloatArray();
          float[] targets = found.targets().toFloatArray();
          for (int row = 0; row < 5; row++) {
            double[] p = said(images, row);
            double[] q = said(other, row);
            assertThat(p[0]).isNotCloseTo(q[0], within(1e-6));
            for (int c = 0; c < CLASSES; c++) {
              float expected = (float) ((p[c] + q[c]) / 2);
              assertThat(targets[row * CLASSES + c]).isCloseTo(expected, within(1e-5f));
            }
          }
        }
      }
    }
  }

  @Test
  void everyImageIsAskedAboutOncePerView() {
    long[] asked = {0};
    UnaryOperator<NDArray> counting =
        images -> {
          asked[0] += images.getShape().get(0);
          return teacher.apply(images);
        };
    BatchSource mirrored = source(Augmentation.FLIP);
    int before = manager.getManagedArrays().size();
    Answers.of(mirrored, counting, manager);
    assertThat(asked[0]).isEqualTo(46);
    assertThat(manager.getManagedArrays()).hasSize(before);
    Answers.of(source(Augmentation.NONE), counting, manager);
    assertThat(asked[0]).isEqualTo(46 + 23);
  }

  @Test
  void refusesWhatHasOtherViewsOtherImagesOtherClassesOrNoWeight() {
    BatchSource mirrored = source(Augmentation.FLIP);
    Answers answers = Answers.of(mirrored, teacher, manager);
    assertThatThrownBy(() -> Answers.of(source(Augmentation.LIGHT), teacher, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("at most mirrored");
    assertThatThrownBy(() -> source(Augmentation.NONE.withMixup(1)).withAnswers(answers, 1))
        .isInstanceOf(WeitException.class);
    ImageSet other = TestImages.random(23, CLASSES, 3, 8, 6);
    BatchSource elsewhere =
        new BatchSource(other, Normalisation.of(other), Augmentation.NONE, 5, new Seed(5));
    assertThatThrownBy(() -> elsewhere.withAnswers(answers, 1)).isInstanceOf(WeitException.class);
    assertThatThrownBy(() -> mirrored.withAnswers(answers, 1.1))
        .hasMessageContaining("from 0 to 1, found 1.1");
    UnaryOperator<NDArray> ofThree = images -> teacher.apply(images).get(":, :3");
    assertThatThrownBy(() -> Answers.of(mirrored, ofThree, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("expected 4 classes");
  }
}
