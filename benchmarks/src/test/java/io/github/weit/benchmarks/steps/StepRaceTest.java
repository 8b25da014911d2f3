package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepRaceTest {

  private static final String OURS = "weit:vit:32x1:f32:2";
  private static final String THEIRS = "djl:vit:32x1:f32:2";

  @TempDir private Path folder;

  @Test
  void givesEveryArmEveryPlaceInTheOrderAsOften() {
    List<Arm> arms = Races.of("vit");
    Map<Arm, Set<Integer>> places = new HashMap<>();
    for (int round = 1; round <= 2 * arms.size(); round++) {
      List<Arm> order = StepRace.order(arms, round);
      assertThat(order).containsExactlyInAnyOrderElementsOf(arms);
      for (Arm arm : arms) {
        places.computeIfAbsent(arm, key -> new HashSet<>()).add(order.indexOf(arm));
      }
    }
    assertThat(places.values()).allMatch(seen -> seen.size() == arms.size());
  }

  @Test
  void beginsInTheOrderGivenAndGoesBackwardsNext() {
    List<Arm> arms = Races.of("resnet20");
    assertThat(StepRace.order(arms, 1)).isEqualTo(arms);
    assertThat(StepRace.order(arms, 2)).containsExactly(arms.get(2), arms.get(1), arms.get(0));
    assertThat(StepRace.order(arms, 3)).containsExactly(arms.get(1), arms.get(2), arms.get(0));
  }

  @Test
  void runsArmsInProcessesOfTheirOwnAndWritesWhatTheyTook() throws Exception {
    Path file = folder.resolve("tiny.csv");
    String[] command = {
      "--arms",
      OURS + "," + THEIRS,
      "--threads",
      "1",
      "--rounds",
      "1",
      "--warmup-seconds",
      "0",
      "--turn-seconds",
      "0",
      "--out",
      file.toString()
    };
    assertThat(Steps.run(command)).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines)
        .anyMatch(line -> line.startsWith("# arm " + OURS + ": java "))
        .anyMatch(line -> line.startsWith("# arm " + THEIRS + ": java "))
        .noneMatch(line -> line.contains(folder.toString()));
    assertThat(lines.subList(lines.size() - 3, lines.size()))
        .satisfiesExactly(
            header -> assertThat(header).isEqualTo("race,round,arm,steps,milliseconds"),
            ours -> assertThat(ours).matches("arms,1," + OURS + ",3,\\d+\\.\\d{3}"),
            theirs -> assertThat(theirs).matches("arms,1," + THEIRS + ",3,\\d+\\.\\d{3}"));
    assertThat(Files.readAllLines(folder.resolve("tiny-summary.csv")))
        .contains("arms," + OURS + "," + OURS + ",1.0000,1.0000,1.0000,1");
  }

  @Test
  void endsWithAnErrorIfThereIsNoSuchRace() {
    assertThat(Steps.run("marathon")).isEqualTo(1);
    assertThat(Steps.run()).isEqualTo(1);
    assertThat(Steps.run("vit", "--base", "weit:vit:64x1:f32")).isEqualTo(1);
  }
}
