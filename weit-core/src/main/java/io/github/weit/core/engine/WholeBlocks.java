package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Convolutions of whole blocks of 16 channels. On some processors the engine computes others wrong,
 * without a word: by half of a result or gradient and more (docs/engine.md). There channels are put
 * innermost in memory, and where they are few some of zeros are added. It is found out once per
 * process by two convolutions whose gradient and result are known.
 */
final class WholeBlocks {

  private static final Logger LOG = LoggerFactory.getLogger(WholeBlocks.class);

  private static final long BLOCK = 16;

  /** From so many channels on, innermost in memory, none was found wrong. */
  private static final long FEW = 8;

  private static final Lazy<Boolean> NEEDED = new Lazy<>(WholeBlocks::losesTaps);

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

  /**
   * Whether the engine computes an ungrouped convolution wrong even with channels innermost in
   * memory.
   *
   * @param kernel {@code (out, in, height, width)}
   */
  static boolean needed(NDArray kernel) {
    Shape shape = kernel.getShape();
    return (shape.get(0) < FEW || shape.get(1) < FEW)
        && (missing(shape.get(0)) > 0 || missing(shape.get(1)) > 0)
        && isNeeded(kernel);
  }

  /**
   * Whether a convolution is to be a product, since its kernel reads single pixels and the engine
   * may end in a division by zero.
   */
  static boolean isProduct(NDArray kernel) {
    Shape shape = kernel.getShape();
    return shape.get(2) == 1 && shape.get(3) == 1 && isNeeded(kernel);
  }

  /** Whether the array's device is such a processor. */
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

  /** With ones everywhere the pixel in the middle meets nine taps of each channel. */
  private static boolean losesTaps() {
    int channels = 4;
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray images = manager.ones(new Shape(2, channels, 3, 3));
      NDArray kernel = manager.ones(new Shape(channels, channels, 3, 3));
      boolean wrong =
          lacks(9 * channels, GRADIENT.update(manager, values(images, kernel, images)))
              || lacks(9 * channels, IN_BFLOAT16.update(manager, values(images, kernel)));
      if (wrong) {
        LOG.info(
            "on this processor the engine computes convolutions wrong whose channels are no multiple"
                + " of {}; they are computed around it (docs/engine.md)",
            BLOCK);
      }
      return wrong;
    } catch (RuntimeException e) {
      LOG.debug("convolutions are taken as they are: {}", e.toString());
      return false;
    }
  }

  private static IValue[] values(NDArray... arrays) {
    return Stream.of(arrays).map(ScriptFunction::value).toArray(IValue[]::new);
  }

  private static boolean lacks(int taps, NDList result) {
    float middle = result.singletonOrThrow().toFloatArray()[4];
    return !(Math.abs(middle - taps) < 0.5f);
  }
}
