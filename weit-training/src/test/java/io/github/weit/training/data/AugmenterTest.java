package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Array operations against loops over single images and pixels. */
class AugmenterTest {
  private static final int BATCH = 7;
  private static final int CLASSES = 3;
  private static final int HEIGHT = 6;
  private static final int WIDTH = 9;
  private final ImageSet set = TestImages.random(BATCH, CLASSES, 3, HEIGHT, WIDTH);
  private final Normalisation normalisation = Normalisation.of(set);

  @ParameterizedTest
  @ValueSource(
      strings = {"none", "flip", "crop", "light", "mixup", "cutmix", "either", "erase", "all"})
  void arraysEqualLoops(String name) {
    Augmentation light = Augmentation.LIGHT.withCropPadding(2);
    Augmentation how =
        switch (name) {
          case "none" -> Augmentation.NONE;
          case "flip" -> Augmentation.FLIP;
          case "crop" -> Augmentation.NONE.withCropPadding(3);
          case "light" -> light;
          case "mixup" -> Augmentation.NONE.withMixup(0.5);
          case "cutmix" -> Augmentation.NONE.withCutmix(1);
          case "either" -> Augmentation.NONE.withMixup(1).withCutmix(1);
          case "erase" -> Augmentation.NONE.withErasing(0.7);
          default -> light.withMixup(0.8).withCutmix(1).withErasing(0.5).withLabelSmoothing(0.1);
        };
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int step = 0; step < 6; step++) {
        AugmentationDraws draws =
            AugmentationDraws.draw(how, BATCH, HEIGHT, WIDTH, new Seed(3).child(step));
        HostBatch host = HostBatch.gather(set, new int[0], 0, BATCH);
        Batch batch =
            Augmenter.apply(
                host.images(manager, set),
                host.targets(manager, CLASSES, how.labelSmoothing()),
                normalisation,
                how,
                draws);
        compare(batch, how, draws);
      }
    }
  }

  private void compare(Batch batch, Augmentation how, AugmentationDraws draws) {
    float[] images = batch.images().toFloatArray();
    float[] targets = batch.targets().toFloatArray();
    for (int b = 0; b < BATCH; b++) {
      int partner = BATCH - 1 - b;
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < HEIGHT; y++) {
          for (int x = 0; x < WIDTH; x++) {
            double own = pixel(how, draws, b, c, y, x);
            double other = pixel(how, draws, partner, c, y, x);
            double weight = draws.weight();
            if (draws.cut().area() > 0) {
              weight = inside(draws.cut(), y, x) ? 0 : 1;
            }
            double found = images[((b * 3 + c) * HEIGHT + y) * WIDTH + x];
            assertThat(found).isCloseTo(own * weight + other * (1 - weight), within(2e-6));
          }
        }
      }
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        double expected =
            draws.weight() * target(how, b, k) + (1 - draws.weight()) * target(how, partner, k);
        assertThat((double) targets[b * CLASSES + k]).isCloseTo(expected, within(1e-6));
        sum += targets[b * CLASSES + k];
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
    }
  }

  private double target(Augmentation how, int index, int k) {
    double hot = set.label(index) == k ? 1 - how.labelSmoothing() : 0;
    return hot + how.labelSmoothing() / CLASSES;
  }

  private double pixel(Augmentation how, AugmentationDraws draws, int b, int c, int y, int x) {
    if (inside(draws.erase()[b], y, x)) {
      return 0;
    }
    int row = y + draws.top()[b] - how.cropPadding();
    int mirrored = draws.flip()[b] ? WIDTH - 1 - x : x;
    int column = mirrored + draws.left()[b] - how.cropPadding();
    int value = 0;
    if (row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH) {
      value = TestImages.image(set, b)[(c * HEIGHT + row) * WIDTH + column] & 0xFF;
    }
    return TestImages.normal(value, normalisation, c);
  }

  private static boolean inside(Box box, int y, int x) {
    return y >= box.top() && y < box.bottom() && x >= box.left() && x < box.right();
  }

  @Test
  void switchingOneKindOnLeavesTheDrawsOfTheOthers() {
    Seed seed = new Seed(8);
    AugmentationDraws light = AugmentationDraws.draw(Augmentation.LIGHT, 16, 32, 32, seed);
    AugmentationDraws more =
        AugmentationDraws.draw(
            Augmentation.LIGHT.withErasing(1).withMixup(1).withFlip(false), 16, 32, 32, seed);
    assertThat(more.top()).isEqualTo(light.top());
    assertThat(more.left()).isEqualTo(light.left());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 0.8, 1, 3})
  void betaHasItsMeanAndVariance(double alpha) {
    RandomGenerator random = new Seed(1).generator();
    int n = 40_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double value = AugmentationDraws.beta(alpha, random);
      assertThat(value).isBetween(0.0, 1.0);
      sum += value;
      squares += (value - 0.5) * (value - 0.5);
    }
    // Five standard errors of the mean, and a bound for those of the variance.
    double variance = 1 / (4 * (2 * alpha + 1));
    assertThat(sum / n).isCloseTo(0.5, within(5 * Math.sqrt(variance / n)));
    assertThat(squares / n).isCloseTo(variance, within(5 * 0.25 / Math.sqrt(n)));
  }

  @Test
  void boxesStayInsideTheImage() {
    RandomGenerator random = new Seed(2).generator();
    for (int i = 0; i < 2_000; i++) {
      for (Box box :
          new Box[] {
            AugmentationDraws.eraseBox(7, 11, random),
            AugmentationDraws.cutBox(random.nextDouble(), 7, 11, random)
          }) {
        assertThat(box.top()).isBetween(0, box.bottom());
        assertThat(box.left()).isBetween(0, box.right());
        assertThat(box.bottom()).isLessThanOrEqualTo(7);
        assertThat(box.right()).isLessThanOrEqualTo(11);
      }
    }
    assertThat(AugmentationDraws.eraseBox(1, 1, random)).isEqualTo(Box.EMPTY);
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> Augmentation.NONE.withCropPadding(-1))
        .isInstanceOf(WeitException.class);
    assertThatThrownBy(() -> Augmentation.NONE.withErasing(1.1)).isInstanceOf(WeitException.class);
    assertThatThrownBy(() -> Augmentation.NONE.withLabelSmoothing(1))
        .isInstanceOf(WeitException.class);
    assertThatThrownBy(() -> Augmentation.NONE.withMixup(Double.NaN))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("mixupAlpha must be from 0 to");
  }
}
