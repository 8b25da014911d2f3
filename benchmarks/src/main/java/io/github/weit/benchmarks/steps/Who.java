package io.github.weit.benchmarks.steps;

import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whose step an arm times. */
enum Who {
  /** Ours over dense weights. */
  WEIT(Set.of(Precision.values()), Set.of(Network.values())),
  /** Ours over templates and scalers, from which every step composes the weights. */
  WEIT_CONSTRAINED(Set.of(Precision.values()), Set.of(Network.values())),
  /** Ours over frozen templates: only scalers are trained. */
  WEIT_FIT(Set.of(Precision.values()), Set.of(Network.values())),
  /** DJL's blocks and its trainer, as its documentation writes them. */
  DJL(Set.of(Precision.FLOAT32), Set.of(Network.values())),
  /** timm on PyTorch, eager. */
  TIMM(Set.of(Precision.values()), Set.of(Network.VIT, Network.RESNET18)),
  /** The products of the network's matrices alone, forward and both gradients. */
  PRODUCTS(Set.of(Precision.values()), Set.of(Network.values())),
  /** Those of them that the logits depend on: the last block's for the class token alone. */
  PRODUCTS_READ(Set.of(Precision.values()), Set.of(Network.VIT));

  private final Set<Precision> precisions;
  private final Set<Network> networks;

  Who(Set<Precision> precisions, Set<Network> networks) {
    this.precisions = precisions;
    this.networks = networks;
  }

  /**
   * The one of that name.
   *
   * @throws WeitException naming those that there are
   */
  static Who of(String name) {
    return Arrays.stream(values())
        .filter(who -> who.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "there is no arm of '" + name + "'; there are " + List.of(values())));
  }

  /** Whether its worker is a JVM. */
  boolean java() {
    return this != TIMM;
  }

  /** Whether it is this project's code, which the {@code weit} script starts. */
  boolean ours() {
    return this != TIMM && this != DJL;
  }

  /** Whether it trains the network's own parameters, so that their number must be the same. */
  boolean trains() {
    return this != PRODUCTS && this != PRODUCTS_READ;
  }

  /**
   * Asserts that there is such an arm.
   *
   * @throws WeitException saying what there is
   */
  void requireAvailable(Network network, Precision precision) {
    if (!precisions.contains(precision)) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "%s in %s is not available; there is %s",
              this,
              precision,
              sorted(precisions)));
    }
    if (!networks.contains(network)) {
      throw new WeitException(
          String.format(
              Locale.ROOT, "there is no %s of %s; there is %s", network, this, sorted(networks)));
    }
  }

  private static <T extends Enum<T>> List<T> sorted(Set<T> values) {
    return values.stream().sorted().toList();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
