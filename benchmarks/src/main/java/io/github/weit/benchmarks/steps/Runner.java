package io.github.weit.benchmarks.steps;

import io.github.weit.benchmarks.Quartiles;
import io.github.weit.benchmarks.steps.RaceResult.Turn;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An arm in a race: its process, and what is noted of it. */
final class Runner implements AutoCloseable {

  private static final String PARAMETERS = "parameters";
  private static final int FIRST_STEPS = 3;

  private final Arm arm;
  private final Worker worker;
  private final RaceOptions options;
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private int steps;
  private double lossBefore;
  private long restBegan;
  private Duration cpuBefore = Duration.ZERO;
  private long rested;
  private long busyWhileResting;

  Runner(Arm arm, Worker worker, RaceOptions options) {
    this.arm = arm;
    this.worker = worker;
    this.options = options;
  }

  Arm arm() {
    return arm;
  }

  void awaitReady() {
    facts.putAll(worker.ready());
  }

  long parameters() {
    return facts.get(PARAMETERS) instanceof Number number ? number.longValue() : 0;
  }

  /** Runs for the time that is asked for, and decides how many steps a turn has. */
  void warmUp() {
    double first = Quartiles.median(worker.run(FIRST_STEPS));
    lossBefore = worker.loss();
    double warm = Quartiles.median(worker.run(RaceOptions.steps(options.warmupSeconds(), first)));
    steps = RaceOptions.steps(options.turnSeconds(), warm);
  }

  /** How many steps a turn has. */
  int steps() {
    return steps;
  }

  Turn turn(int round) {
    return new Turn(round, arm, steps, Quartiles.median(worker.run(steps)));
  }

  /** Another arm's turn begins. */
  void beginRest() {
    restBegan = System.nanoTime();
    cpuBefore = worker.cpu();
  }

  /** It ends. */
  void endRest() {
    busyWhileResting += worker.cpu().minus(cpuBefore).toNanos();
    rested += System.nanoTime() - restBegan;
  }

  /** What the result's files say of it. */
  String note() {
    String malloc =
        WorkerCommand.malloc(arm, options).entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    StringBuilder note = new StringBuilder("arm " + arm + ": ");
    facts.forEach((name, value) -> note.append(name).append(' ').append(value).append(", "));
    note.append("malloc ").append(malloc.isEmpty() ? "default" : malloc);
    if (!Double.isNaN(lossBefore)) {
      note.append(
          String.format(
              Locale.ROOT,
              ", loss after %d steps %.4f and in the end %.4f",
              FIRST_STEPS,
              lossBefore,
              worker.loss()));
    }
    double busy = rested == 0 ? 0 : 100.0 * busyWhileResting / rested;
    return note.append(
            String.format(Locale.ROOT, ", busy while others ran %.1f %% of a core", busy))
        .toString();
  }

  @Override
  public void close() {
    worker.close();
  }
}
