package io.github.weit.benchmarks.steps;

import io.github.weit.benchmarks.Quartiles;
import java.util.List;

/**
 * What a race gave.
 *
 * @param race its name
 * @param arms in the order they were named
 * @param base the arm that the others are divided by, one of {@code arms}
 * @param turns every arm has one in every round
 * @param notes where, when and with what it was run, a line each
 */
record RaceResult(String race, List<Arm> arms, Arm base, List<Turn> turns, List<String> notes) {

  RaceResult {
    arms = List.copyOf(arms);
    turns = List.copyOf(turns);
    notes = List.copyOf(notes);
  }

  /**
   * An arm's turn in a round.
   *
   * @param round from 1
   * @param steps how many it did
   * @param milliseconds the median of their times
   */
  record Turn(int round, Arm arm, int steps, double milliseconds) {}

  /** How many times as long as the base's an arm's steps took: the ratio of each round. */
  Quartiles ratio(Arm arm) {
    return Quartiles.of(
        turns.stream()
            .filter(turn -> turn.arm().equals(arm))
            .mapToDouble(turn -> turn.milliseconds() / of(base, turn.round()).milliseconds())
            .toArray());
  }

  int rounds() {
    return turns.stream().mapToInt(Turn::round).max().orElse(0);
  }

  private Turn of(Arm arm, int round) {
    return turns.stream()
        .filter(turn -> turn.round() == round && turn.arm().equals(arm))
        .findFirst()
        .orElseThrow();
  }
}
