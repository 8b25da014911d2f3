package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResNetTest {

  private static final ResNet NET = ResNet.small(32, 3, 10);

  @Test
  void isRestoredFromItsNameAndOptions() {
    ConvCut cut = new ConvCut(8, 3, 5, 7, ConvCut.Sharing.NETWORK);
    ResNet net = ResNet.imagenet(ResNet.Block.BOTTLENECK, 7).withWidening(2).withCut(cut);
    assertThat(Families.of(net.id(), net.options())).isEqualTo(net);
    Map<String, String> wrong = new TreeMap<>(net.options());
    wrong.put("sharing", "SOME");
    assertRefused(() -> Families.of("resnet", wrong), "sharing", "'SOME'", "STAGE");
  }

  /** Published by torchvision; GMACs are its table's, to two digits. */
  @ParameterizedTest
  @CsvSource({
    "BASIC, 1, 64x2-2-2-2, 11689512, 1.81",
    "BASIC, 1, 64x3-4-6-3, 21797672, 3.66",
    "BOTTLENECK, 1, 64x3-4-6-3, 25557032, 4.09",
    "BOTTLENECK, 1, 64x3-4-23-3, 44549160, 7.80",
    "BOTTLENECK, 2, 64x3-4-6-3, 68883240, 11.40"
  })
  void hasThePublishedParametersAndMultiplications(
      ResNet.Block block, int widening, String size, long parameters, String gmacs) {
    Cost cost = ResNet.imagenet(block, 1000).withWidening(widening).cost(Size.parse(size));
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat("%.2f".formatted(cost.macs() / 1e9)).isEqualTo(gmacs);
  }

  @Test
  void saysWhichSizesAreLegal() {
    NET.requireLegal(Size.parse("48x1-2-3"));
    assertRefused(() -> NET.requireLegal(Size.parse("48x3")), "3 depths", "48x3", "32x2-2-2");
    assertRefused(() -> NET.weights(Size.parse("42x2-2-2")), "42", "multiple of 8", "40 and 48");
  }

  @Test
  void refusesImpossibleFamilies() {
    assertRefused(() -> NET.withWidening(2), "bottlenecks", "2", "BASIC");
    assertRefused(() -> ResNet.small(0, 3, 10), "image size", "0");
  }

  @Test
  void layersOfOneKindShareTemplatesOverAStageOrOverTheNetwork() {
    Size size = Size.parse("32x2-2-2");
    ConvCut stages = new ConvCut(16, 16, 16, 4, ConvCut.Sharing.STAGE);
    assertThat(templates(NET.withCut(stages), size))
        .contains("layer1.conv1.weight", "layer2.conv1.weight", "layer3.downsample.0.weight")
        .doesNotContain("layers.conv1.weight");
    assertThat(templates(NET, size))
        .contains("layers.conv1.weight", "layers.downsample.0.weight", "layers.bn1.weight")
        .doesNotContain("layer1.conv1.weight");
  }

  @Test
  void decaysKernelsAndTheHeadAlone() {
    assertThat(NET.weights(Size.parse("16x2-2-2")))
        .allSatisfy(
            type ->
                assertThat(type.decayed())
                    .as(type.name())
                    .isEqualTo(type.name().matches(".*(conv\\d|downsample\\.0|fc)\\.weight")));
  }

  @Test
  void aShallowSizeHasTheTypesOfADeepOneButThoseOfLaterBlocks() {
    List<String> deep = names(Size.parse("16x3-3-3"));
    List<String> shallow = names(Size.parse("16x1-1-1"));
    assertThat(deep).containsAll(shallow);
    assertThat(deep).contains("layer2.{1}.conv1.weight");
    assertThat(shallow).doesNotContain("layer2.{1}.conv1.weight");
  }

  private static List<String> names(Size size) {
    return NET.weights(size).stream().map(WeightType::name).toList();
  }

  private static List<String> templates(ResNet net, Size size) {
    return net.weights(size).stream().map(WeightType::template).collect(Collectors.toList());
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(WeitException.class).hasMessageContainingAll(parts);
  }
}
