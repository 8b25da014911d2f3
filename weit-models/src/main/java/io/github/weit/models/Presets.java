package io.github.weit.models;

import io.github.weit.core.WeitException;
import io.github.weit.models.ResNet.Block;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Models that have a name. They are sizes like any other: only the name is looked up here, and no
 * weights come with it.
 *
 * <table>
 * <caption>Names and where the sizes are from</caption>
 * <tr><td>{@code deit_*}</td><td>arXiv 2012.12877, timm's names</td></tr>
 * <tr><td>{@code vit_*_patch4_32}</td><td>transformers for 32x32, by width and depth</td></tr>
 * <tr><td>{@code resnet*}</td><td>arXiv 1512.03385 for ImageNet, torchvision's names</td></tr>
 * <tr><td>{@code wide_resnet*_2}</td><td>arXiv 1605.07146 for ImageNet, torchvision's names</td></tr>
 * <tr><td>{@code convnext_*}</td><td>arXiv 2201.03545, and timm's smaller ones; timm's names</td></tr>
 * <tr><td>{@code cifar_resnet*}</td><td>arXiv 1512.03385 for CIFAR, with 1x1 shortcuts</td></tr>
 * <tr><td>{@code cifar_wide_resnet*}</td><td>widths and depths of arXiv 1605.07146 for CIFAR; norms
 *     follow convolutions and the stem is as wide as the first stage, otherwise than there</td></tr>
 * </table>
 */
public final class Presets {

  private static final List<Preset> ALL =
      List.of(
          new Preset("deit_tiny_patch16_224", Vit.deit(1000), new Size(192, 12)),
          new Preset("deit_small_patch16_224", Vit.deit(1000), new Size(384, 12)),
          new Preset("deit_base_patch16_224", Vit.deit(1000), new Size(768, 12)),
          new Preset("vit_128x6_patch4_32", Vit.small(32, 3, 10), new Size(128, 6)),
          new Preset("vit_192x9_patch4_32", Vit.small(32, 3, 10), new Size(192, 9)),
          imagenet("resnet18", Block.BASIC, 1, "64x2-2-2-2"),
          imagenet("resnet34", Block.BASIC, 1, "64x3-4-6-3"),
          imagenet("resnet50", Block.BOTTLENECK, 1, "64x3-4-6-3"),
          imagenet("resnet101", Block.BOTTLENECK, 1, "64x3-4-23-3"),
          imagenet("resnet152", Block.BOTTLENECK, 1, "64x3-8-36-3"),
          imagenet("wide_resnet50_2", Block.BOTTLENECK, 2, "64x3-4-6-3"),
          imagenet("wide_resnet101_2", Block.BOTTLENECK, 2, "64x3-4-23-3"),
          convnext("convnext_atto", "40x2-2-6-2"),
          convnext("convnext_femto", "48x2-2-6-2"),
          convnext("convnext_pico", "64x2-2-6-2"),
          convnext("convnext_nano", "80x2-2-8-2"),
          convnext("convnext_tiny", "96x3-3-9-3"),
          convnext("convnext_small", "96x3-3-27-3"),
          convnext("convnext_base", "128x3-3-27-3"),
          convnext("convnext_large", "192x3-3-27-3"),
          cifar("cifar_resnet20", "16x3-3-3"),
          cifar("cifar_resnet32", "16x5-5-5"),
          cifar("cifar_resnet56", "16x9-9-9"),
          cifar("cifar_wide_resnet16_4", "64x2-2-2"),
          cifar("cifar_wide_resnet28_10", "160x4-4-4"));

  private Presets() {}

  /** Every preset there is, small ones of each kind first. */
  public static List<Preset> all() {
    return ALL;
  }

  /**
   * The preset of a name.
   *
   * @throws WeitException if there is none, naming those there are
   */
  public static Preset of(String name) {
    return ALL.stream()
        .filter(preset -> preset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "no preset is called '%s'; there are %s"
                        .formatted(
                            name,
                            ALL.stream().map(Preset::name).collect(Collectors.joining(", ")))));
  }

  private static Preset imagenet(String name, Block block, int widening, String size) {
    return new Preset(name, ResNet.imagenet(block, 1000).withWidening(widening), Size.parse(size));
  }

  private static Preset convnext(String name, String text) {
    Size size = Size.parse(text);
    ConvNext net = ConvNext.imagenet(1000);
    return new Preset(name, net.withCut(net.cut().fitting(size.width())), size);
  }

  private static Preset cifar(String name, String size) {
    return new Preset(name, ResNet.small(32, 3, 10), Size.parse(size));
  }
}
