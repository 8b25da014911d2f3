package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which {@link Kernels} a process uses. */
final class KernelChoice {
  private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);

  private static final Lazy<Kernels> CURRENT =
      new Lazy<>(() -> choose(System.getProperty("weit.kernels", "auto")));

  private KernelChoice() {}

  /** Decided once per process. */
  static Kernels current() {
    return CURRENT.get();
  }

  static Kernels choose(String name) {
    return switch (name) {
      case "plain" -> new PlainKernels();
      case "fused" -> new FusedKernels();
      case "auto" -> scriptsRun() ? new FusedKernels() : new PlainKernels();
      default ->
          throw new WeitException("-Dweit.kernels=" + name + ": expected auto, fused or plain");
    };
  }

  /** Whether this engine takes scripts; one that does not is slower, and no reason to fail. */
  private static boolean scriptsRun() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray one = manager.ones(new Shape(1, 1, 1, 1));
      return new FusedKernels().channelsLast(one).toFloatArray()[0] == 1;
    } catch (RuntimeException e) {
      LOG.warn(
          "the engine takes no scripts ({}): plain operations are used, which are slower",
          e.toString());
      return false;
    }
  }
}
