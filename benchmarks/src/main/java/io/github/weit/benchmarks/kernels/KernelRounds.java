package io.github.weit.benchmarks.kernels;

import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.files.AtomicFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of this package several times over, each time every one in a JVM of its own,
 * and writes how many times its yardstick's time each takes. Rounds are short, so that a machine
 * that gets slower slows a benchmark and its yardstick alike.
 */
public final class KernelRounds {

  private static final int WARMUPS = 4;
  private static final int ITERATIONS = 3;

  private KernelRounds() {}

  /**
   * @param args the file to write, a regular expression that chooses classes, the number of rounds
   *     and the number of threads
   */
  public static void main(String[] args) throws RunnerException {
    if (args.length != 4) {
      System.err.println("Usage: KernelRounds FILE.csv PATTERN ROUNDS THREADS");
      System.exit(2);
    }
    int rounds = Integer.parseInt(args[2]);
    int threads = Integer.parseInt(args[3]);
    List<Score> scores = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      for (RunResult result : round(args[1], threads)) {
        scores.add(Score.of(round, result));
      }
      AtomicFile.writeText(Path.of(args[0]), notes(threads, round) + Ratios.csv(scores));
    }
    System.out.print(Ratios.csv(scores));
  }

  private static Collection<RunResult> round(String pattern, int threads) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(KernelRounds.class.getPackageName() + ".*(" + pattern + ").*")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MILLISECONDS)
                .warmupIterations(WARMUPS)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.seconds(1))
                .forks(1)
                .jvmArgsPrepend("-Xmx2g", "-Dai.djl.pytorch.num_threads=" + threads)
                .build())
        .run();
  }

  private static String notes(int threads, int rounds) {
    return "# date %s\n# cpu %s, %d cores\n# threads %d\n# weit %s, java %s\n# rounds %d\n"
        .formatted(
            LocalDate.now(Clock.systemUTC()),
            RunInfo.cpu(),
            Runtime.getRuntime().availableProcessors(),
            threads,
            RunInfo.weitVersion(),
            System.getProperty("java.version"),
            rounds);
  }
}
