package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.training.Confusion;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassTableTest {

  private static final ClassTable TABLE = table();

  private static ClassTable table() {
    Confusion seen = new Confusion(3);
    int[][] pairs = {{0, 0}, {0, 0}, {0, 1}, {1, 0}, {1, 0}, {1, 1}};
    for (int[] pair : pairs) {
      double[] logits = new double[3];
      logits[pair[1]] = 1;
      seen.answered(logits, pair[0]);
    }
    return new ClassTable(List.of("cat", "dog, small", "none"), seen);
  }

  @Test
  void saysOfEachClassThatThereIsHowItDoesTheWorstFirst() {
    assertThat(TABLE.text().lines())
        .containsExactly(
            "class       images   recall  precision  most often taken for",
            "dog, small       3  33.33 %    50.00 %  cat (2)",
            "cat              3  66.67 %    50.00 %  dog, small (1)");
  }

  @Test
  void writesEveryPair() {
    assertThat(TABLE.csv().lines())
        .containsExactly(
            "class,cat,\"dog, small\",none", "cat,2,1,0", "\"dog, small\",2,1,0", "none,0,0,0");
  }
}
