package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.github.weit.core.WeitException;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Convolutions of whole blocks of 16 channels. On some processors the engine computes others wrong,
 * without a word: by half of a result or gradient and more (docs/engine.md). There channels are put
 * innermost in memory, and where they are few some of zeros are added. It is found out once per
 * process by convolutions whose result and gradient are known; {@code -Dweit.convolutions=guarded}
 * or {@code plain} decides otherwise.
 */
final class WholeBlocks {

  private static final Logger LOG = LoggerFactory.getLogger(WholeBlocks.class);

  private static final long BLOCK = 16;

  /** From so many channels on, innermost in memory, none was found wrong. */
  private static final long FEW = 8;

  /** Of 3x3 pixels, padded with one more on each side, those that a kernel of 3x3 meets. */
  private static final int[] MET = {4, 6, 4, 6, 9, 6, 4, 6, 4};

  private static final Lazy<Boolean> NEEDED =
      new Lazy<>(() -> decide(System.getProperty("weit.convolutions", "auto")));

  /** The gradient of the images alone. */
  private static final ScriptFunction GRADIENT =
      new ScriptFunction(
          "gradient_of_images",
          "x: Tensor, k: Tensor, g: Tensor",
          "Tensor",
          """
              a, b, c, = torch.convolution_backward(g, x, k, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [True, False, False])
              return a
          """);

  private static final ScriptFunction IN_BFLOAT16 =
      new ScriptFunction(
          "convolution_in_bfloat16",
          "x: Tensor, k: Tensor",
          "Tensor",
          """
              y = torch.conv2d(torch.to(x, 15), torch.to(k, 15), None, [1, 1], [1, 1], [1, 1], 1)
              return torch.to(y, 6)
          """);

  private WholeBlocks() {}

  static boolean decide(String name) {
    return switch (name) {
      case "guarded" -> true;
      case "plain" -> false;
      case "auto" -> losesTaps();
      default ->
          throw new WeitException(
              "-Dweit.convolutions=" + name + ": expected auto, guarded or plain");
    };
  }

  /**
   * Whether a kernel {@code (out, in, height, width)} has so few channels that they are computed
   * wrong even innermost in memory.
   */
  static boolean lacks(NDArray kernel) {
    Shape shape = kernel.getShape();
    return (shape.get(0) < FEW || shape.get(1) < FEW)
        && (missing(shape.get(0)) > 0 || missing(shape.get(1)) > 0);
  }

  /** Whether the array is on such a processor. */
  static boolean isNeeded(NDArray array) {
    return !array.getDevice().isGpu() && isNeeded();
  }

  /** Whether this machine's processor is such a one. */
  static boolean isNeeded() {
    return NEEDED.get();
  }

  /**
   * The same by whole blocks; differentiable.
   *
   * @param convolution of images {@code (batch, in, height, width)} and a kernel {@code (out, in,
   *     k, k)}; asked with such as have channels of zeros more
   */
  static NDArray convolve(NDArray images, NDArray kernel, BinaryOperator<NDArray> convolution) {
    Shape shape = kernel.getShape();
    long out = missing(shape.get(0));
    long in = missing(shape.get(1));
    NDArray whole = kernel.pad(new Shape(0, 0, 0, 0, 0, in, 0, out), 0);
    whole.attach(images.getManager()); // what is made of it would belong to the weights' manager
    NDArray wide =
        convolution.apply(in == 0 ? images : images.pad(new Shape(0, 0, 0, 0, 0, in), 0), whole);
    return out == 0 ? wide : wide.get(new NDIndex(":, :{}", shape.get(0)));
  }

  /** Channels that a number of them lacks to whole blocks. */
  static long missing(long channels) {
    return Math.floorMod(-channels, BLOCK);
  }

  /** Ones everywhere: each channel adds as many as its kernel meets pixels. */
  private static boolean losesTaps() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        NoGradient off = NoGradient.begin();
        NDScope scope = new NDScope()) {
      off.hold();
      scope.suppressNotUsedWarning();
      boolean wrong = losesTaps(manager);
      if (wrong) {
        LOG.info(
            "on this processor the engine computes convolutions wrong whose channels are no multiple"
                + " of {}; they are computed around it (docs/engine.md)",
            BLOCK);
      }
      return wrong;
    } catch (RuntimeException e) {
      LOG.warn("convolutions are taken as they are, for they cannot be tried: {}", e.toString());
      return false;
    }
  }

  private static boolean losesTaps(NDManager manager) {
    int few = 4;
    NDArray images = manager.ones(new Shape(2, few, 3, 3));
    NDArray kernel = manager.ones(new Shape(few, few, 3, 3));
    int many = 24;
    NDArray moreImages = manager.ones(new Shape(2, many, 3, 3));
    NDArray moreKernels = manager.ones(new Shape(many, many, 3, 3));
    if (losesTaps(many, Ops.engineConvolution(moreImages, moreKernels, null, 1, 1, 1))) {
      return true;
    }
    return EngineReport.kernelsInUse().equals("fused") // else no script is to run
        && (losesTaps(few, GRADIENT.update(manager, values(images, kernel, images)))
            || losesTaps(few, IN_BFLOAT16.update(manager, values(images, kernel))));
  }

  private static IValue[] values(NDArray... arrays) {
    return Stream.of(arrays).map(ScriptFunction::value).toArray(IValue[]::new);
  }

  private static boolean losesTaps(int channels, NDList result) {
    return losesTaps(channels, result.singletonOrThrow());
  }

  /**
   * @param result of images of 3x3 pixels
   */
  private static boolean losesTaps(int channels, NDArray result) {
    float[] values = result.toFloatArray();
    return IntStream.range(0, values.length)
        .anyMatch(i -> !(Math.abs(values[i] - channels * MET[i % MET.length]) < 0.5f));
  }
}
