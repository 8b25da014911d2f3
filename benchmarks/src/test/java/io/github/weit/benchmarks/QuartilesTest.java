package io.github.weit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuartilesTest {

  @Test
  void ofFourNumbersLieBetweenThem() {
    assertThat(Quartiles.of(new double[] {4, 1, 3, 2})).isEqualTo(new Quartiles(1.75, 2.5, 3.25));
  }

  @Test
  void ofFiveNumbersAreThreeOfThem() {
    assertThat(Quartiles.of(new double[] {9, 1, 4, 16, 25})).isEqualTo(new Quartiles(4, 9, 16));
  }

  @Test
  void ofOneNumberAreThatNumber() {
    assertThat(Quartiles.of(new double[] {7})).isEqualTo(new Quartiles(7, 7, 7));
  }

  @Test
  void leaveWhatTheyAreGivenAsItIs() {
    double[] values = {3, 1, 2};
    assertThat(Quartiles.median(values)).isEqualTo(2);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void ofNothingAreRefused() {
    assertThatThrownBy(() -> Quartiles.of(new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
