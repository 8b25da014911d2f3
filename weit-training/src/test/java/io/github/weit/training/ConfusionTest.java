package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfusionTest {

  private static Confusion of(double[][] logits, int... labels) {
    Confusion confusion = new Confusion(3);
    for (int i = 0; i < labels.length; i++) {
      confusion.answered(logits[i], labels[i]);
    }
    return confusion;
  }

  @Test
  void countsWhatIsTakenForWhat() {
    double[][] logits = {{1, 2, 0}, {3, 2, 0}, {-5, -4, -1}, {0, 0, 9}, {0, 5, 5}};
    Confusion confusion = of(logits, 1, 1, 2, 0, 2);
    assertThat(confusion.images(1)).isEqualTo(2);
    assertThat(confusion.count(1, 1)).isEqualTo(1);
    assertThat(confusion.count(1, 0)).isEqualTo(1);
    assertThat(confusion.count(0, 2)).isEqualTo(1);
    assertThat(confusion.count(2, 1)).as("the first of two that are level").isEqualTo(1);
    assertThat(confusion.answers(1)).isEqualTo(2);
    assertThat(confusion.recall(1)).isEqualTo(0.5);
    assertThat(confusion.precision(2)).isEqualTo(0.5);
    assertThat(confusion.recall(0)).isZero();
  }

  @Test
  void logitsThatAreNoNumbersAreNoAnswer() {
    Confusion confusion = of(new double[][] {{Double.NaN, Double.NaN, Double.NaN}}, 0);
    assertThat(confusion.images(0)).isEqualTo(1);
    assertThat(confusion.recall(0)).isZero();
    assertThat(confusion.precision(0)).isNaN();
  }
}
