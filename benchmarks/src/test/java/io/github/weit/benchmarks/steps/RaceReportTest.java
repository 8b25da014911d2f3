package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.benchmarks.Quartiles;
import io.github.weit.benchmarks.steps.RaceResult.Turn;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaceReportTest {

  private static final Arm OURS = Arm.parse("weit:vit:64x1:f32");
  private static final Arm THEIRS = Arm.parse("timm:vit:64x1:f32");

  @TempDir private Path folder;

  /** Ratios 2, 1 and 1.5 of a machine that gets slower; the ratio of the medians would be 1. */
  private static RaceResult result() {
    List<Turn> turns =
        List.of(
            new Turn(1, OURS, 5, 10),
            new Turn(1, THEIRS, 4, 20),
            new Turn(2, THEIRS, 4, 20),
            new Turn(2, OURS, 5, 20),
            new Turn(3, OURS, 5, 40),
            new Turn(3, THEIRS, 4, 60));
    return new RaceResult(
        "test", List.of(OURS, THEIRS), OURS, turns, List.of("seed 1", "threads 2"));
  }

  @Test
  void dividesWithinARound() {
    assertThat(result().ratio(THEIRS)).isEqualTo(new Quartiles(1.25, 1.5, 1.75));
    assertThat(result().ratio(OURS)).isEqualTo(new Quartiles(1, 1, 1));
  }

  @Test
  void writesARowForEveryTurnAndARatioForEveryArm() {
    Path file = folder.resolve("race.csv");
    new RaceReport(result()).write(file);
    assertThat(file)
        .hasContent(
            """
            # seed 1
            # threads 2
            race,round,arm,steps,milliseconds
            test,1,weit:vit:64x1:f32,5,10.000
            test,1,timm:vit:64x1:f32,4,20.000
            test,2,timm:vit:64x1:f32,4,20.000
            test,2,weit:vit:64x1:f32,5,20.000
            test,3,weit:vit:64x1:f32,5,40.000
            test,3,timm:vit:64x1:f32,4,60.000
            """);
    assertThat(folder.resolve("race-summary.csv"))
        .hasContent(
            """
            # seed 1
            # threads 2
            race,arm,base,ratio,lower_quartile,upper_quartile,rounds
            test,weit:vit:64x1:f32,weit:vit:64x1:f32,1.0000,1.0000,1.0000,3
            test,timm:vit:64x1:f32,weit:vit:64x1:f32,1.5000,1.2500,1.7500,3
            """);
  }

  @Test
  void tellsPeopleTheRatios() {
    assertThat(new RaceReport(result()).text())
        .isEqualTo(
            """
            times a step of weit:vit:64x1:f32 takes, median and quartiles of 3 rounds
              weit:vit:64x1:f32   1.000  (1.000 to 1.000)
              timm:vit:64x1:f32   1.500  (1.250 to 1.750)
            """);
  }
}
