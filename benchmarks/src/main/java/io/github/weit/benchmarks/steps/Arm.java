package io.github.weit.benchmarks.steps;

import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Family;
import io.github.weit.models.Size;

/**
 * One side of a race, written {@code WHO:NETWORK:SIZE:PRECISION}, with {@code :BATCH} behind it
 * where that is not 64: {@code weit:vit:192x4:f32}, {@code timm:resnet18:64x2-2-2-2:bf16:32}.
 *
 * @param who whose step
 * @param network what is trained
 * @param size of the network
 * @param precision of its products
 * @param batch images per step
 */
record Arm(Who who, Network network, Size size, Precision precision, int batch) {

  private static final int USUAL_BATCH = 64;
  private static final Size TIMM_RESNET18 = Size.parse("64x2-2-2-2");

  Arm {
    who.requireAvailable(network, precision);
    network.family().requireLegal(size);
    if (who == Who.TIMM && network == Network.RESNET18 && !size.equals(TIMM_RESNET18)) {
      throw new WeitException("timm's resnet18 has the size " + TIMM_RESNET18 + ", not " + size);
    }
    if (batch < 1) {
      throw new WeitException("a batch needs at least 1 image, found " + batch);
    }
  }

  /**
   * Reads an arm as it is written.
   *
   * @throws WeitException if {@code text} is none, or there is no such arm
   */
  static Arm parse(String text) {
    String[] parts = text.strip().split(":", -1);
    if (parts.length < 4
        || parts.length > 5
        || parts.length == 5 && !parts[4].matches("\\d{1,6}")) {
      throw new WeitException(
          "'"
              + text
              + "' is no arm: expected WHO:NETWORK:SIZE:PRECISION[:BATCH], for example weit:vit:192x4:f32");
    }
    try {
      return new Arm(
          Who.of(parts[0]),
          Network.of(parts[1]),
          Size.parse(parts[2]),
          precision(parts[3]),
          parts.length == 5 ? Integer.parseInt(parts[4]) : USUAL_BATCH);
    } catch (WeitException e) {
      throw new WeitException("arm '" + text + "': " + e.getMessage(), e);
    }
  }

  private static Precision precision(String name) {
    return switch (name) {
      case "f32" -> Precision.FLOAT32;
      case "bf16" -> Precision.BFLOAT16;
      default ->
          throw new WeitException("there is no precision '" + name + "'; there are [f32, bf16]");
    };
  }

  Family family() {
    return network.family();
  }

  @Override
  public String toString() {
    String text =
        String.join(
            ":",
            who.toString(),
            network.toString(),
            size.toString(),
            precision == Precision.FLOAT32 ? "f32" : "bf16");
    return batch == USUAL_BATCH ? text : text + ":" + batch;
  }
}
