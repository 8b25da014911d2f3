package io.github.weit.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.engine.EngineReport;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What computes. */
final class EngineOptions {

  /** More than any machine has cores for; thousands keep a machine busy with themselves. */
  private static final int MOST_THREADS = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "DEVICE",
      description =
          "Where to compute: cpu, cuda (the first GPU), cuda:N, or auto for the first GPU if the"
              + " engine sees one, else the CPU (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the engine (default: its own choice, one per core).")
  private Optional<Integer> threads = Optional.empty();

  /** A manager on the device; the caller closes it. Also what starts the engine. */
  NDManager open() {
    threads.ifPresent(
        count -> {
          if (count < 1 || count > MOST_THREADS) {
            throw new ParameterException(
                spec.commandLine(),
                "--threads must be 1 to %s, found %s".formatted(MOST_THREADS, count));
          }
          WeitEngine.threads(count);
        });
    return WeitEngine.newManager(WeitEngine.device(device));
  }

  /** The same, for training in that precision; warns on standard error where it is slow. */
  NDManager open(Precision precision) {
    NDManager manager = open();
    warning(manager.getDevice(), precision).ifPresent(System.err::println);
    return manager;
  }

  private static Optional<String> warning(Device device, Precision precision) {
    return precision == Precision.BFLOAT16 && EngineReport.imitatesBfloat16(device)
        ? Optional.of(
            "weit: warning: bfloat16 is %s; leave out --precision bfloat16, unless it is to go on with a run of it"
                .formatted(EngineReport.bfloat16(device)))
        : Optional.empty();
  }

  /** Why it is {@code chosen} that computes. */
  String reason(Device chosen) {
    if (!device.equals("auto")) {
      return "--device " + device;
    }
    return chosen.isGpu() ? "the first GPU that the engine sees" : "the engine sees no GPU";
  }
}
