package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts the tensor engine, once, with the settings that this library relies on. */
public final class WeitEngine {

  private static final String OFFLINE = "ai.djl.offline";

  private static final Lazy<Engine> ENGINE = new Lazy<>(WeitEngine::load);

  private WeitEngine() {}

  /**
   * The engine, started offline: natives come from Maven dependencies, and versions that do not fit
   * fail at once instead of trying a download. Call it before any other use of the engine.
   *
   * <p>The property {@code ai.djl.offline} is set while natives are loaded, at the first call, and
   * not longer: what else a program fetches by DJL, such as models of a zoo, it fetches then. Where
   * it has a value, that is respected. Two things stay for the whole process: the property {@code
   * OPT_OUT_TRACKING}, and what glibc is told about large blocks (docs/serving.md).
   *
   * @throws WeitException if it does not start, with the reason and what to check
   */
  public static Engine start() {
    return ENGINE.get();
  }

  private static Engine load() {
    boolean lent = System.getProperty(OFFLINE) == null;
    if (lent) {
      System.setProperty(OFFLINE, "true");
    }
    System.setProperty("OPT_OUT_TRACKING", "true"); // DJL reports its start from EC2 otherwise
    try {
      Engine engine = Engine.getEngine("PyTorch");
      Malloc.keepLargeBlocks();
      return engine;
    } catch (RuntimeException | LinkageError e) {
      throw new WeitException(
          "the PyTorch engine does not start: "
              + rootMessage(e)
              + "; check that the api, engine, jni and native jars are of one set (docs/dependencies.md), that the"
              + " native's classifier is this platform's, and that the cache folder ("
              + System.getProperty("DJL_CACHE_DIR", "~/.djl.ai")
              + ", -DDJL_CACHE_DIR) is writable",
          e);
    } finally {
      if (lent) {
        System.clearProperty(OFFLINE);
      }
    }
  }

  /**
   * Sets how many threads one operation may use; starts the engine. Call it first: it holds for the
   * calling thread and for those that have not computed yet, and what was decided at another
   * number, {@link DenseForm}, stays. Results are the same, byte for byte, only at the same number.
   */
  public static void threads(int count) {
    if (count < 1) {
      throw new WeitException("the number of threads must be at least 1, found " + count);
    }
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(count)); // if it starts now
    start();
    JniUtils.setNumThreads(count);
  }

  /** How many threads one operation of the calling thread uses at most. */
  public static int threads() {
    start();
    return JniUtils.getNumThreads();
  }

  /** A manager for arrays on {@code device}; the caller closes it. */
  public static NDManager newManager(Device device) {
    return start().newBaseManager(device);
  }

  /**
   * The device a user names.
   *
   * @param name {@code cpu}, {@code cuda}, {@code cuda:1} and so on, or {@code auto} for the first
   *     GPU there is, else the CPU
   * @throws WeitException if there is no such device
   */
  public static Device device(String name) {
    Engine engine = start();
    int gpus = engine.getGpuCount();
    if (name.equals("cpu") || name.equals("auto") && gpus == 0) {
      return Device.cpu();
    }
    if (name.equals("auto") || name.equals("cuda")) {
      return gpu(0, gpus);
    }
    if (name.matches("cuda:\\d{1,3}")) {
      return gpu(Integer.parseInt(name.substring(5)), gpus);
    }
    throw new WeitException("unknown device '" + name + "': expected cpu, cuda, cuda:N or auto");
  }

  private static Device gpu(int index, int count) {
    if (index >= count) {
      throw new WeitException(
          "device cuda:%d is not there: the engine sees %d GPUs; use cpu, or see docs/gpu.md for what a GPU needs"
              .formatted(index, count));
    }
    return Device.gpu(index);
  }

  /** The processor's name, as far as the system tells. */
  public static String cpuName() {
    Path info = Path.of("/proc/cpuinfo");
    String fallback = System.getProperty("os.arch");
    if (!Files.isReadable(info)) {
      return fallback;
    }
    try (var lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(fallback);
    } catch (IOException e) {
      return fallback;
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
