package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

  /** A family of one's own may take rows of features, or sequences. */
  @Test
  void inputsHaveAnyAxesBehindTheFirst() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray targets = manager.zeros(new Shape(4, 2));
      for (long[] shape : new long[][] {{4, 7}, {4, 7, 3}, {4, 1, 8, 8}, {4, 1, 8, 8, 8}}) {
        assertThat(new Batch(manager.zeros(new Shape(shape)), targets).size()).isEqualTo(4);
      }
    }
  }

  @Test
  void whatAreNoInputsWithTheirTargetsIsRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      long[][] wrong = {{4}, {}, {3, 7}, {3, 1, 8, 8}};
      for (long[] shape : wrong) {
        refused(manager.zeros(new Shape(shape)), manager.zeros(new Shape(4, 2)));
      }
      refused(manager.zeros(new Shape(4, 7)), manager.zeros(new Shape(4)));
    }
  }

  private static void refused(NDArray images, NDArray targets) {
    assertThatThrownBy(() -> new Batch(images, targets))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(
            "expected images (B, ...)", "found " + images.getShape(), "" + targets.getShape());
  }

  @Test
  void picturesAloneAreAugmentedAndNormalised() {
    Normalisation normalisation = new Normalisation(List.of(0.5), List.of(0.5));
    AugmentationDraws draws = AugmentationDraws.draw(Augmentation.NONE, 4, 8, 8, new Seed(1));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray rows = manager.zeros(new Shape(4, 7), DataType.UINT8);
      NDArray targets = manager.zeros(new Shape(4, 2));
      assertThatThrownBy(
              () -> Augmenter.apply(rows, targets, normalisation, Augmentation.NONE, draws))
          .isInstanceOf(WeitException.class)
          .hasMessage("Augmenter: expected images (B, C, H, W), found (4, 7)");
      assertThatThrownBy(() -> normalisation.apply(rows))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("expected images (batch, 1, height, width), found (4, 7)");
    }
  }
}
