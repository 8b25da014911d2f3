package io.github.weit.models;

import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a training pass multiplies and leaves in memory, kind of layer by kind of layer, known
 * before any array exists.
 *
 * <p>It follows {@link Family#forward} as the code stands on a CPU, operation by operation, with
 * the engine's fused kernels ({@link io.github.weit.core.engine.Kernels}), under these conventions:
 *
 * <ul>
 *   <li>Every array that Java is handed stays until the step ends: the step's {@link
 *       ai.djl.ndarray.NDScope} holds it whether or not the backward pass needs it. Views make no
 *       array.
 *   <li><i>Saved</i> bytes are those that the backward pass reads: what products, norms and
 *       activations were given, or gave, and the copies that the engine makes of them and keeps.
 *   <li><i>Idle</i> ones are held by the scope alone.
 *   <li><i>Working</i> bytes are those of gradients, and copies of them, that are alive at once
 *       while the backward pass is at a line.
 *   <li>Statistics of batch norms, whose number does not grow with the batch, are left out, and so
 *       is stochastic depth, which makes one idle array more per branch.
 * </ul>
 *
 * @param parts from the images to the logits
 */
public record Ledger(List<Part> parts) {

  /**
   * Lines that follow one another.
   *
   * @param name of the part, for people
   * @param times how often they do
   */
  public record Part(String name, long times, List<Line> lines) {

    public Part {
      lines = List.copyOf(lines);
    }

    private long sum(ToLongFunction<Line> of) {
      return Math.multiplyExact(times, lines.stream().mapToLong(of).reduce(0, Math::addExact));
    }
  }

  /**
   * One kind of layer, once. Where it says bytes or operations, they are of one image.
   *
   * @param name its parameter path below the part's, or what it does
   * @param parameters numbers in its weights
   * @param copied how many of these are copied into another type in every pass
   * @param macs multiply-accumulate operations of the forward pass
   * @param saved bytes that the backward pass reads
   * @param idle bytes that are alive beside them
   * @param working bytes of the gradients alive during its backward pass
   */
  public record Line(
      String name, long parameters, long copied, long macs, long saved, long idle, long working) {}

  public Ledger {
    parts = List.copyOf(parts);
  }

  /**
   * The ledger of a family at a size.
   *
   * @throws WeitException if the family has no such size, or does not say what its steps take
   */
  public static Ledger of(Family family, Size size, Precision precision) {
    family.requireLegal(size);
    return family.ledger(size, precision);
  }

  /**
   * How wide numbers are.
   *
   * @param precision of matrix products and what lies between them
   */
  record Widths(Precision precision) {

    boolean narrow() {
      return precision == Precision.BFLOAT16;
    }

    /** Bytes of numbers that are float32 in any precision. */
    long wide(long numbers) {
      return Float.BYTES * numbers;
    }

    /** Bytes of numbers that products take and give. */
    long inner(long numbers) {
      return (narrow() ? 2 : Float.BYTES) * numbers;
    }

    /** Bytes of the float32 array that there is beside one in the precision, if that is another. */
    long beside(long numbers) {
      return narrow() ? wide(numbers) : 0;
    }

    /** How many of a product's weights are copied. */
    long copied(long weights) {
      return narrow() ? weights : 0;
    }
  }

  /** Numbers in all weights. */
  public long parameters() {
    return sum(Line::parameters);
  }

  /** Bytes of the copies of weights in the precision's type. */
  public long copies() {
    return 2 * sum(Line::copied);
  }

  /**
   * Multiply-accumulate operations of the forward pass of one image, as it is computed: with a
   * class token, the last block of a vision transformer does little more than what that token
   * needs.
   */
  public long macs() {
    return sum(Line::macs);
  }

  /** Parameters and multiplications alone. */
  Cost cost() {
    try {
      return new Cost(parameters(), macs());
    } catch (ArithmeticException e) {
      throw new WeitException("no number counts the operations of so large a size", e);
    }
  }

  /**
   * Those of its backward pass: each product once more for the gradient of either factor, except
   * that nobody asks for that of the images, which the first line reads.
   */
  public long backwardMacs() {
    return 2 * macs() - parts.get(0).lines().get(0).macs();
  }

  /** Bytes of one image that the backward pass reads. */
  public long saved() {
    return sum(Line::saved);
  }

  /** Bytes of one image that are alive beside them. */
  public long idle() {
    return sum(Line::idle);
  }

  /**
   * The most bytes at any line of the backward pass: of the line's working arrays, and of gradients
   * of weights.
   *
   * @param gathers whether gradients of weights wait for the end of the backward pass, as those of
   *     composed weights do; else each is added to its leaf's at once
   */
  long backwardPeak(long images, boolean gathers) {
    long gathered = 0;
    long most = 0;
    for (int i = parts.size() - 1; i >= 0; i--) {
      Part part = parts.get(i);
      long once = part.lines().stream().mapToLong(Line::parameters).sum();
      gathered += gathers ? once * (part.times() - 1) : 0; // the part's first time comes last
      for (int j = part.lines().size() - 1; j >= 0; j--) {
        Line line = part.lines().get(j);
        long weights = Float.BYTES * (gathered + line.parameters());
        most = Math.max(most, images * line.working() + weights);
        gathered += gathers ? line.parameters() : 0;
      }
    }
    return most;
  }

  private long sum(ToLongFunction<Line> of) {
    return parts.stream().mapToLong(part -> part.sum(of)).reduce(0, Math::addExact);
  }
}
