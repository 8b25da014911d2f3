package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.cli.report.Measurement;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompareLinesTest {

  @Test
  void aTrialHasTheNumbersOfItsReport() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new CompareLines(new PrintStream(out, true, StandardCharsets.UTF_8), false)
        .finished(List.of(row(Measurement.FITTED, 0, 0.6515), row(Measurement.TRAINED, 2, 0.5)));

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("64x6 weit seed 1: fitted 65.2, epoch 2 50.0 % correct\n");
  }

  private static Measurement row(String phase, int epoch, double accuracy) {
    return new Measurement("weit", "64x6", 64, 6, 1, phase, epoch, 1, 64, accuracy, 1, 100, 200, 0);
  }
}
