package io.github.weit.benchmarks.steps;

import io.github.weit.benchmarks.steps.RaceResult.Turn;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lets arms run in turns: all processes are alive at once, one computes. Machines are faster at one
 * minute than at another, so what is compared are turns of one round, seconds apart.
 */
final class StepRace implements AutoCloseable {

  /** Between two turns, so that OpenMP's threads of the arm before have gone to sleep. */
  private static final long PAUSE_MILLISECONDS = 100;

  private final RaceOptions options;
  private final Consumer<String> progress;
  private final Map<Arm, Runner> runners = new LinkedHashMap<>();

  /**
   * Starts the processes, one after the other: one may measure what suits the machine as it starts.
   *
   * @param progress is told what is going on
   */
  StepRace(List<Arm> arms, RaceOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    try {
      for (Arm arm : arms) {
        Worker worker = Worker.start(arm.toString(), WorkerCommand.of(arm, options));
        Runner runner = new Runner(arm, worker, options);
        runners.put(arm, runner);
        runner.awaitReady();
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Warms every arm up, then runs the rounds. */
  RaceResult run(String name, Arm base) {
    requireSameParameters();
    for (Runner runner : runners.values()) {
      runner.warmUp();
      progress.accept(runner.arm() + ": warm, " + runner.steps() + " steps a turn");
    }
    List<Turn> turns = new ArrayList<>();
    for (int round = 1; round <= options.rounds(); round++) {
      for (Arm arm : order(List.copyOf(runners.keySet()), round)) {
        turns.add(turn(round, runners.get(arm)));
      }
      progress.accept("round " + round + " of " + options.rounds());
    }
    List<String> notes = new ArrayList<>(RaceNotes.of(options));
    runners.values().forEach(runner -> notes.add(runner.note()));
    return new RaceResult(name, List.copyOf(runners.keySet()), base, turns, notes);
  }

  /**
   * The order of a round: one arm further on in every second round, and backwards in those between.
   */
  static List<Arm> order(List<Arm> arms, int round) {
    List<Arm> order = new ArrayList<>(arms);
    Collections.rotate(order, -((round - 1) / 2 % arms.size()));
    if (round % 2 == 0) {
      Collections.reverse(order);
    }
    return order;
  }

  private Turn turn(int round, Runner runner) {
    pause();
    List<Runner> idle = runners.values().stream().filter(other -> other != runner).toList();
    idle.forEach(Runner::beginRest);
    Turn turn = runner.turn(round);
    idle.forEach(Runner::endRest);
    return turn;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeitException("the race was interrupted", e);
    }
  }

  /** Arms that train the same network have the same number of parameters. */
  private void requireSameParameters() {
    Map<String, Runner> first = new LinkedHashMap<>();
    for (Runner runner : runners.values()) {
      Arm arm = runner.arm();
      if (arm.who().trains()) {
        Runner other = first.putIfAbsent(arm.network() + " " + arm.size(), runner);
        if (other != null && other.parameters() != runner.parameters()) {
          throw new WeitException(
              String.format(
                  Locale.ROOT,
                  "%s has %d parameters and %s has %d; they are not the same network",
                  other.arm(),
                  other.parameters(),
                  arm,
                  runner.parameters()));
        }
      }
    }
  }

  @Override
  public void close() {
    runners.values().forEach(Runner::close);
  }
}
