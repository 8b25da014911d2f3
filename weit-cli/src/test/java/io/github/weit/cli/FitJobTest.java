package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.training.Evaluation;
import org.junit.jupiter.api.Test;

class FitJobTest {

  /** Of 2,000 images, at 60 %, a standard error is 1.1 points. */
  @Test
  void aLossIsSaidWhereChanceDoesNotExplainIt() {
    assertThat(FitJob.advice(top1(0.60), top1(0.573), 100))
        .hasValueSatisfying(
            said -> assertThat(said).contains("fit on 100 images lost 2.7 points", "--no-fit"));
    assertThat(FitJob.advice(top1(0.60), top1(0.595), 100)).isEmpty();
    assertThat(FitJob.advice(top1(0.60), top1(0.65), 100)).isEmpty();
  }

  private static Evaluation top1(double accuracy) {
    return new Evaluation(2000, 1, accuracy, 1);
  }
}
