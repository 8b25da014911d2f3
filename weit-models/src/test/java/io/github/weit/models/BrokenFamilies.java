package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import java.util.List;

/** Families that keep the rules, to break one at a time, and how that is noticed. */
final class BrokenFamilies {

  static final Vit VIT =
      new Vit(8, 1, 4, 3, 8, 2, Vit.Pooling.CLASS_TOKEN, new TemplateCut(8, 2, 2, 2));
  static final ConvCut CUT = new ConvCut(4, 2, 2, 2, ConvCut.Sharing.NETWORK);
  static final ResNet RES_NET =
      new ResNet(8, 3, 3, ResNet.Stem.CIFAR, ResNet.Block.BASIC, 2, 1, CUT);
  static final List<Size> SIZES = List.of(new Size(16, 2), new Size(24, 3));
  static final List<Size> STAGED = List.of(Size.parse("8x2-2"), Size.parse("12x3-2"));

  private BrokenFamilies() {}

  /** Asserts that a check refuses a family, and says so in these words. */
  static void refused(Family broken, NDManager manager, String... words) {
    assertThatThrownBy(
            () -> FamilyCheck.require(broken, broken.stages() == 1 ? SIZES : STAGED, manager))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("family '%s'", broken.id())
        .hasMessageContainingAll(words);
  }
}
