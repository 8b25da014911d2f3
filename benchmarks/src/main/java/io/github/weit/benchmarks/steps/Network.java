package io.github.weit.benchmarks.steps;

import io.github.weit.core.WeitException;
import io.github.weit.models.ConvCut;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Vit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What arms may train: networks for 3x32x32 images of 10 classes. */
enum Network {
  /** Patches of 4, heads of 32, class token. */
  VIT(Vit.small(32, 3, 10)),
  /** Three stages of basic blocks behind a 3x3 stem. */
  RESNET20(ResNet.small(32, 3, 10)),
  /** Four stages of basic blocks behind a 3x3 stem. */
  RESNET18(new ResNet(32, 3, 10, ResNet.Stem.CIFAR, ResNet.Block.BASIC, 4, 1, ConvCut.standard()));

  private final Family family;

  Network(Family family) {
    this.family = family;
  }

  Family family() {
    return family;
  }

  /**
   * The network of that name.
   *
   * @throws WeitException naming those that there are
   */
  static Network of(String name) {
    return Arrays.stream(values())
        .filter(network -> network.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "there is no network '" + name + "'; there are " + List.of(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
