package io.github.weit.benchmarks.steps;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How long a whole training step of ours takes, as a multiple of others'; {@code
 * benchmarks/steps.sh} starts it. PYTHON names the interpreter of timm's arms, WEIT_JAVA_OPTS has
 * options for the processes of ours.
 */
@Command(
    name = "benchmarks/steps.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 120,
    description =
        "Times whole training steps of several programs in turns and prints their ratios.")
public final class Steps implements Callable<Integer> {

  @Parameters(index = "0", arity = "0..1", paramLabel = "RACE", description = "A race by its name.")
  private Optional<String> race = Optional.empty();

  @Option(
      names = "--arms",
      description = "Arms of a race without a name, with commas between them.")
  private Optional<String> arms = Optional.empty();

  @Option(
      names = "--base",
      description = "The arm that the others are divided by; the first unless one is named.")
  private Optional<String> base = Optional.empty();

  @Option(names = "--threads", defaultValue = "2", description = "Of every arm: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(names = "--rounds", defaultValue = "15", description = "How many: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warmup-seconds",
      defaultValue = "4",
      description = "Of every arm, before the first round: ${DEFAULT-VALUE}.")
  private double warmupSeconds;

  @Option(
      names = "--turn-seconds",
      defaultValue = "1",
      description = "Of an arm in a round: ${DEFAULT-VALUE}, but no fewer than 3 steps.")
  private double turnSeconds;

  @Option(
      names = "--malloc",
      defaultValue = "ours",
      description =
          "Who gets the settings of the weit script: 'ours', the others having the system's, or"
              + " 'all'.")
  private String malloc;

  @Option(names = "--seed", defaultValue = "1", description = "Of weights and images.")
  private long seed;

  @Option(
      names = "--out",
      description = "The CSV of all rounds; beside it, FILE-summary.csv has the ratios.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--timm-script", hidden = true, defaultValue = "benchmarks/timm_steps.py")
  private Path timmScript;

  private Steps() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command line; returns its exit code: 0 done, 1 failed, 2 not understood. */
  static int run(String... arguments) {
    CommandLine line = new CommandLine(new Steps());
    line.getCommandSpec().usageMessage().footer("Races:" + Races.table());
    line.setExecutionExceptionHandler(
        (error, command, parsed) -> {
          if (!(error instanceof WeitException)) {
            throw error;
          }
          command.getErr().println("steps: " + error.getMessage());
          return command.getCommandSpec().exitCodeOnExecutionException();
        });
    return line.execute(arguments);
  }

  @Override
  public Integer call() {
    if (race.isPresent() == arms.isPresent()) {
      throw new WeitException("name either a race or --arms; the races are" + Races.table());
    }
    List<Arm> entered = race.map(Races::of).or(() -> arms.map(Races::parse)).orElseThrow();
    Arm divisor = base.map(Arm::parse).orElse(entered.get(0));
    if (!entered.contains(divisor)) {
      throw new WeitException("the base " + divisor + " is none of the arms " + entered);
    }
    try (StepRace steps = new StepRace(entered, options(), System.err::println)) {
      RaceReport report = new RaceReport(steps.run(race.orElse("arms"), divisor));
      out.ifPresent(report::write);
      System.out.print(report.text());
    }
    return 0;
  }

  private RaceOptions options() {
    if (!malloc.equals("ours") && !malloc.equals("all")) {
      throw new WeitException("--malloc is 'ours' or 'all', found '" + malloc + "'");
    }
    return new RaceOptions(
        threads,
        rounds,
        warmupSeconds,
        turnSeconds,
        malloc.equals("all"),
        words(System.getenv().getOrDefault("WEIT_JAVA_OPTS", "")),
        System.getenv().getOrDefault("PYTHON", "python3"),
        timmScript,
        new Seed(seed));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }
}
