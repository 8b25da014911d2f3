package io.github.weit.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.engine.WeitEngine;
import picocli.CommandLine.Option;

/** What computes. */
final class EngineOptions {

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
  private int threads;

  /** A manager on the device; the caller closes it. Also what starts the engine. */
  NDManager open() {
    if (threads > 0) {
      WeitEngine.threads(threads);
    }
    return WeitEngine.newManager(WeitEngine.device(device));
  }

  /** Why it is {@code chosen} that computes. */
  String reason(Device chosen) {
    if (!device.equals("auto")) {
      return "--device " + device;
    }
    return chosen.isGpu() ? "the first GPU that the engine sees" : "the engine sees no GPU";
  }
}
