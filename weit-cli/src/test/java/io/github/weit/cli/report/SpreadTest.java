package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void leavesLabelsThatHaveRoom() {
    assertThat(Spread.apart(new double[] {50, 10, 30}, 10, 0, 100)).containsExactly(50, 10, 30);
  }

  @Test
  void movesLabelsApartAroundTheirMean() {
    assertThat(Spread.apart(new double[] {52, 50, 90}, 10, 0, 100))
        .containsExactly(new double[] {56, 46, 90}, within(1e-12));
    assertThat(Spread.apart(new double[] {50, 50, 50}, 10, 0, 100))
        .containsExactly(new double[] {40, 50, 60}, within(1e-12));
  }

  @Test
  void staysInsideAndKeepsTheGap() {
    assertThat(Spread.apart(new double[] {99, 98, 2}, 10, 0, 100))
        .containsExactly(new double[] {100, 90, 2}, within(1e-12));
    assertThat(Spread.apart(new double[] {-5, -20, -8}, 10, 0, 100))
        .containsExactly(new double[] {20, 0, 10}, within(1e-12));
    assertThat(Spread.apart(new double[0], 10, 0, 100)).isEmpty();
  }
}
