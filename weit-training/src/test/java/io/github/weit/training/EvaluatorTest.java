package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.training.data.EvaluationBatches;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /**
   * The rows of {@code logits} as "images", in batches of {@code size}; the last may be shorter.
   */
  private static LabelledFeed feed(double[][] logits, int[] labels, int size) {
    int[] next = {0};
    return owner -> {
      int from = next[0];
      int to = Math.min(labels.length, from + size);
      next[0] = to;
      if (from == to) {
        return Optional.empty();
      }
      float[] flat = new float[(to - from) * logits[0].length];
      for (int row = from; row < to; row++) {
        for (int c = 0; c < logits[0].length; c++) {
          flat[(row - from) * logits[0].length + c] = (float) logits[row][c];
        }
      }
      NDArray images = owner.create(flat, new Shape(to - from, logits[0].length));
      return Optional.of(new LabelledBatch(images, Arrays.copyOfRange(labels, from, to)));
    };
  }

  private Evaluation evaluate(double[][] logits, int[] labels, int size) {
    return Evaluator.evaluate(manager, feed(logits, labels, size), UnaryOperator.identity());
  }

  /** Five images in batches of two; the logits are the three pixels of an image, normalised. */
  @Test
  void aSetIsMeasuredAsAWhole() {
    byte[] pixels = {9, 1, 1, 1, 9, 1, 1, 1, 9, 9, 1, 1, 1, 9, 1};
    int[] labels = {0, 1, 2, 1, 2};
    ImageSet set = ImageSet.of("set", List.of("a", "b", "c"), 1, 1, 3, labels, pixels);
    Normalisation normalisation = new Normalisation(List.of(0.0), List.of(1 / 255.0));
    Evaluation found =
        Evaluator.evaluate(
            manager,
            new EvaluationBatches(set, normalisation, 2),
            images -> images.reshape(images.getShape().get(0), 3));
    assertThat(found.count()).isEqualTo(5);
    assertThat(found.top1()).isEqualTo(0.6);
    double sum = Math.log(Math.exp(9) + 2 * Math.exp(1));
    assertThat(found.loss()).isCloseTo(sum - (3 * 9 + 2 * 1) / 5.0, within(1e-5));
  }

  @Test
  void lossAndRanksAreThoseOfANaiveLoop() {
    int n = 37;
    int classes = 9;
    RandomGenerator random = new Seed(5).generator();
    double[][] logits = new double[n][classes];
    int[] labels = new int[n];
    double loss = 0;
    double top1 = 0;
    double top5 = 0;
    for (int row = 0; row < n; row++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        logits[row][c] = (float) (3 * random.nextGaussian());
        sum += Math.exp(logits[row][c]);
      }
      labels[row] = random.nextInt(classes);
      double own = logits[row][labels[row]];
      loss += Math.log(sum) - own;
      long higher = Arrays.stream(logits[row]).filter(z -> z > own).count();
      top1 += higher < 1 ? 1 : 0;
      top5 += higher < 5 ? 1 : 0;
    }
    for (int size : new int[] {37, 8, 1}) {
      Evaluation found = evaluate(logits, labels, size);
      assertThat(found.count()).isEqualTo(n);
      assertThat(found.loss()).isCloseTo(loss / n, within(1e-12));
      assertThat(found.top1()).isCloseTo(top1 / n, within(1e-15));
      assertThat(found.top5()).isCloseTo(top5 / n, within(1e-15));
    }
  }

  @Test
  void constantLogitsAreRightForTheFirstClassOnly() {
    Evaluation found = evaluate(new double[8][8], new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 8);
    assertThat(found.top1()).isEqualTo(1 / 8.0);
    assertThat(found.top5()).isEqualTo(5 / 8.0);
    assertThat(found.loss()).isCloseTo(Math.log(8), within(1e-12));
  }

  @Test
  void logitsThatAreNotNumbersAreNeverRight() {
    double[][] logits = {{Double.NaN, Double.NaN, Double.NaN}};
    Evaluation found = evaluate(logits, new int[] {0}, 1);
    assertThat(found.top1()).isZero();
    assertThat(found.top5()).isZero();
    assertThat(found.loss()).isNaN();
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    Evaluation found = evaluate(new double[][] {{1e30, -1e30}, {0, 1e4}}, new int[] {0, 1}, 2);
    assertThat(found.loss()).isZero();
    assertThat(found.top1()).isEqualTo(1);
  }

  @Test
  void noGraphIsBuiltOnAnyThreadAndTheSwitchIsPutBack() {
    NDArray weight = manager.create(new float[] {1, 2, 3});
    weight.setRequiresGradient(true);
    boolean[] recording = {true};
    UnaryOperator<NDArray> logits =
        images -> {
          recording[0] = JniUtils.isGradMode();
          return images.mul(weight);
        };
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      boolean after =
          CompletableFuture.supplyAsync(
                  () -> {
                    JniUtils.setGradMode(true);
                    LabelledFeed feed = feed(new double[][] {{0, 0, 1}}, new int[] {2}, 1);
                    Evaluator.evaluate(manager, feed, logits);
                    return JniUtils.isGradMode();
                  },
                  thread)
              .join();
      assertThat(recording[0]).isFalse();
      assertThat(after).isTrue();
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void batchesLeaveNoArrayBehind() {
    NDArray weight = manager.create(new float[] {1, 2, 3});
    int before = manager.getManagedArrays().size();
    LabelledFeed feed = feed(new double[50][3], new int[50], 1);
    Evaluator.evaluate(manager, feed, images -> weight.mul(images).add(weight));
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> evaluate(new double[1][3], new int[] {3}, 1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("label 3")
        .hasMessageContaining("3 classes");
    assertThatThrownBy(() -> evaluate(new double[0][3], new int[0], 1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("nothing to evaluate");
    LabelledFeed feed = feed(new double[2][3], new int[2], 2);
    assertThatThrownBy(() -> Evaluator.evaluate(manager, feed, images -> images.reshape(3, 2)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("(3, 2)");
    NDArray images = manager.zeros(new Shape(2, 3));
    assertThatThrownBy(() -> new LabelledBatch(images, new int[1]))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("1 labels");
  }

  @Test
  void saysItselfInALine() {
    assertThat(new Evaluation(400, 1.25, 0.5, 0.875).toString())
        .isEqualTo("top-1 50.00 %, top-5 87.50 %, loss 1.2500 (400 images)");
    assertThat(new Evaluation(400, 1.25, 0.5, 0.875).top1Error()).isEqualTo(0.025);
  }
}
