package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a training pass over one image multiplies and leaves in memory, kind of layer by kind of
 * layer, known before any array exists.
 *
 * <p>It follows {@link Family#forward} as the code stands, operation by operation, under these
 * conventions:
 *
 * <ul>
 *   <li>Every array that an operation makes stays until the step ends: the step's {@link
 *       ai.djl.ndarray.NDScope} holds it whether or not the backward pass needs it. Views make no
 *       array.
 *   <li><i>Saved</i> numbers are those that the backward pass reads: what products, norms and
 *       activations were given, or gave, and the copies that the engine makes of them and keeps.
 *   <li><i>Idle</i> ones are held by the scope alone.
 *   <li><i>Working</i> numbers are the gradients, and copies of them, that are alive at once while
 *       the backward pass is at a line.
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

    /** Numbers in the weights of its lines, once. */
    long parameters() {
      return lines.stream().mapToLong(Line::parameters).sum();
    }

    private long sum(ToLongFunction<Line> of) {
      return Math.multiplyExact(times, lines.stream().mapToLong(of).sum());
    }
  }

  /**
   * One kind of layer, once.
   *
   * @param name its parameter path below the part's, or what it does
   * @param parameters numbers in its weights
   * @param macs multiply-accumulate operations of the forward pass of one image
   * @param saved numbers of one image that the backward pass reads
   * @param idle numbers of one image that are alive beside them
   * @param working numbers of one image in the gradients alive during its backward pass
   */
  public record Line(
      String name, long parameters, long macs, long saved, long idle, long working) {}

  public Ledger {
    parts = List.copyOf(parts);
  }

  /**
   * The ledger of a family at a size.
   *
   * @throws WeitException if the family has no such size
   */
  public static Ledger of(Family family, Size size) {
    family.requireLegal(size);
    if (family instanceof Vit vit) {
      return VitLedger.of(vit, size);
    }
    if (family instanceof ResNet net) {
      return ResNetLedger.of(net, size);
    }
    if (family instanceof ConvNext net) {
      return ConvNextLedger.of(net, size);
    }
    throw new IllegalStateException("a family without a ledger: " + family.id());
  }

  /** Numbers in all weights. */
  public long parameters() {
    return sum(Line::parameters);
  }

  /** Multiply-accumulate operations of the forward pass of one image. */
  public long macs() {
    return sum(Line::macs);
  }

  /**
   * Those of its backward pass: each product once more for the gradient of either factor, except
   * that nobody asks for that of the images, which the first line reads.
   */
  public long backwardMacs() {
    return 2 * macs() - parts.get(0).lines().get(0).macs();
  }

  /** Numbers of one image that the backward pass reads. */
  public long saved() {
    return sum(Line::saved);
  }

  /** Numbers of one image that are alive beside them. */
  public long idle() {
    return sum(Line::idle);
  }

  private long sum(ToLongFunction<Line> of) {
    return parts.stream().mapToLong(part -> part.sum(of)).sum();
  }
}
