package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LessonTest {

  private static final Recipe RECIPE =
      Recipe.of(10, 2).withAugmentation(Augmentation.NONE).withAccumulation(3);
  private static final ImageSet IMAGES = shades();
  private static final BatchSource SOURCE =
      RECIPE.batches(IMAGES, new Normalisation(List.of(0.0), List.of(1.0)), new Seed(1));

  /** Each image has a shade of its own. */
  private static ImageSet shades() {
    byte[] pixels = new byte[16];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (8 * i);
    }
    return ImageSet.of("shades", List.of("a"), 1, 1, 1, new int[16], pixels);
  }

  private static List<Float> shades(BatchStream opened, int batches, NDManager manager) {
    List<Float> found = new ArrayList<>();
    try (BatchStream stream = opened) {
      for (int i = 0; i < batches; i++) {
        for (float shade : stream.next(manager).images().toFloatArray()) {
          found.add(shade);
        }
      }
    }
    return found;
  }

  @Test
  void goesOnAtAStepWithTheBatchesThatTheStepWouldHaveHad() {
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      Lesson lesson = Lesson.ofLabels(SOURCE);
      List<Float> whole = shades(lesson.open(RECIPE, 0), 12, manager);
      assertThat(shades(lesson.open(RECIPE, 2), 6, manager))
          .isEqualTo(whole.subList(2 * 3 * 2, 4 * 3 * 2));
    }
  }

  @Test
  void refusesBatchesOfAnotherRecipe() {
    Lesson lesson = Lesson.ofLabels(SOURCE);
    assertThatThrownBy(() -> lesson.open(RECIPE.withBatchSize(4), 0))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("batches of 4", "found 2");
    assertThatThrownBy(() -> lesson.open(RECIPE.withAugmentation(Augmentation.FLIP), 0))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("flip");
  }
}
