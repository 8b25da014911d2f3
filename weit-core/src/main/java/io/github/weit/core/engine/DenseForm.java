package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.util.Utils;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How float32 dense layers over tokens are computed on CPUs. The engine takes one library's kernels
 * for a matrix product and another's for a 1x1 convolution, which is the same; which is faster
 * depends on the CPU (docs/performance.md).
 *
 * <p>The first process on a machine measures it and leaves the answer in DJL's cache folder, so
 * that later ones compute alike. {@code -Dweit.dense=linear} or {@code convolution} decides
 * otherwise, {@code measure} measures again. Where the engine's convolutions are not to be trusted
 * (docs/engine.md) all are products, whatever is asked for.
 */
public enum DenseForm {
  LINEAR,
  CONVOLUTION;

  private static final Logger LOG = LoggerFactory.getLogger(DenseForm.class);
  private static final int ROUNDS = 9;

  private static final Lazy<DenseForm> CURRENT =
      new Lazy<>(
          () -> WholeBlocks.isNeeded() ? LINEAR : decide(System.getProperty("weit.dense", "auto")));

  /** The one in use; decided once per process. */
  public static DenseForm current() {
    return CURRENT.get();
  }

  static DenseForm decide(String name) {
    return switch (name) {
      case "linear" -> LINEAR;
      case "convolution" -> CONVOLUTION;
      case "measure" -> measureAndKeep(cacheFile());
      case "auto" -> rememberedOrMeasured(cacheFile());
      default ->
          throw new WeitException(
              "-Dweit.dense=" + name + ": expected auto, convolution, linear or measure");
    };
  }

  /** What {@code file} says of this machine; measured and written there if it says nothing. */
  static DenseForm rememberedOrMeasured(Path file) {
    String name = read(file).getProperty(machine(), "");
    return Arrays.stream(values())
        .filter(form -> form.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseGet(() -> measureAndKeep(file));
  }

  private static DenseForm measureAndKeep(Path file) {
    DenseForm form = measure();
    Properties answers = read(file);
    answers.setProperty(machine(), form.name().toLowerCase(Locale.ROOT));
    try {
      Files.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(file.getParent(), "dense-form", ".part");
      try (OutputStream out = Files.newOutputStream(fresh)) {
        answers.store(out, "How dense layers run fastest on this machine; may be deleted");
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.debug("{} cannot be written, the next process measures again", file, e);
    }
    return form;
  }

  private static Properties read(Path file) {
    Properties answers = new Properties();
    if (Files.isReadable(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        answers.load(in);
      } catch (IOException | IllegalArgumentException e) {
        LOG.debug("{} cannot be read", file, e);
        answers.clear();
      }
    }
    return answers;
  }

  private static Path cacheFile() {
    return Utils.getCacheDir().resolve("weit").resolve("dense-form.properties");
  }

  /** What the answer depends on. */
  private static String machine() {
    return String.join(
        " ",
        WeitEngine.cpuName(),
        WeitEngine.start().getVersion(),
        WeitEngine.threads() + " threads");
  }

  /**
   * Times both forms in turns on the layers of an MLP, up and down, for a batch as in training: on
   * small arrays the order may be another. The smaller median wins.
   */
  static DenseForm measure() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        NoGradient off = NoGradient.begin()) {
      off.hold();
      NDArray narrow = manager.ones(new Shape(64, 64, 192));
      NDArray wide = manager.ones(new Shape(64, 64, 768));
      NDArray up = manager.ones(new Shape(768, 192));
      NDArray down = manager.ones(new Shape(192, 768));
      NDArray bias = manager.ones(new Shape(768));
      NDArray downBias = manager.ones(new Shape(192));
      long[][] times = new long[values().length][ROUNDS];
      for (int round = -2; round < ROUNDS; round++) { // two to warm up
        for (DenseForm form : values()) {
          long start = System.nanoTime();
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            form.apply(narrow, up, bias);
            form.apply(wide, down, downBias);
          }
          times[form.ordinal()][Math.max(0, round)] = System.nanoTime() - start;
        }
      }
      DenseForm faster = faster(times);
      LOG.debug("dense layers are faster as {}: {} ns", faster, Arrays.deepToString(times));
      return faster;
    }
  }

  /**
   * The form with the smaller median.
   *
   * @param times of each form, in its order, as many of each
   */
  static DenseForm faster(long[][] times) {
    Arrays.stream(times).forEach(Arrays::sort);
    int middle = times[0].length / 2;
    return times[LINEAR.ordinal()][middle] < times[CONVOLUTION.ordinal()][middle]
        ? LINEAR
        : CONVOLUTION;
  }

  /**
   * y = x W^T + b. One sequence alone is always a product: its convolution is slower, and would be
   * NNPACK's (docs/engine.md).
   *
   * @param x {@code (..., tokens, in)}
   */
  NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    return this == LINEAR || isAlone(x)
        ? Linear.linear(x, weight, bias).singletonOrThrow()
        : convolution(x, weight, bias);
  }

  private static boolean isAlone(NDArray x) {
    Shape shape = x.getShape();
    int rank = shape.dimension();
    return shape.size() == shape.get(rank - 1) * shape.get(rank - 2);
  }

  private static NDArray convolution(NDArray x, NDArray weight, NDArray bias) {
    long[] shape = x.getShape().getShape().clone(); // the engine hands out its own
    int rank = shape.length;
    long in = shape[rank - 1];
    long out = weight.getShape().get(0);
    // (batch, in, tokens, 1) as a view: channels last
    NDArray image = x.reshape(-1, shape[rank - 2], 1, in).transpose(0, 3, 1, 2);
    NDArray kernel = weight.reshape(out, in, 1, 1);
    kernel.attach(x.getManager()); // it would live as long as the weight
    NDArray y = Ops.convolution(image, kernel, bias, 1, 0, 1);
    shape[rank - 1] = out;
    return y.transpose(0, 2, 3, 1).reshape(shape); // a view again
  }
}
