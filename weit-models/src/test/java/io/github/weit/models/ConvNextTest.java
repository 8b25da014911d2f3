package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvNextTest {

  private static final ConvNext NET = ConvNext.small(32, 3, 10);

  @Test
  void isRestoredFromItsNameAndOptions() {
    ConvCut cut = new ConvCut(8, 3, 5, 7, ConvCut.Sharing.NETWORK);
    ConvNext net = new ConvNext(28, 1, 7, 1, 2, cut);
    assertThat(Families.of(net.id(), net.options())).isEqualTo(net);
    Map<String, String> wrong = new TreeMap<>(net.options());
    wrong.remove("patch");
    assertRefused(() -> Families.of("convnext", wrong), "'patch' is missing");
  }

  /** Published by torchvision, multiplications in units of 1e9 to three digits. */
  @ParameterizedTest
  @CsvSource({
    "96x3-3-9-3, 28589128, 4.456",
    "96x3-3-27-3, 50223688, 8.684",
    "128x3-3-27-3, 88591464, 15.355",
    "192x3-3-27-3, 197767336, 34.361"
  })
  void hasThePublishedParametersAndMultiplications(String size, long parameters, String gmacs) {
    Cost cost = ConvNext.imagenet(1000).cost(Size.parse(size));
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat("%.3f".formatted(cost.macs() / 1e9)).isEqualTo(gmacs);
  }

  @Test
  void saysWhichSizesAreLegal() {
    NET.requireLegal(Size.parse("48x1-2-3"));
    assertRefused(() -> NET.requireLegal(Size.parse("48x3")), "3 depths", "48x3", "32x2-2-2");
    assertRefused(() -> NET.weights(Size.parse("42x2-2-2")), "42", "multiple of 8", "40 and 48");
    assertRefused(() -> NET.cost(Size.parse("42x2-2-2")), "convnext", "multiple of 8");
  }

  @Test
  void refusesImpossibleFamilies() {
    ConvCut cut = NET.cut();
    assertRefused(() -> new ConvNext(32, 3, 10, 5, 3, cut), "patch 1 to 4", "5");
    assertRefused(() -> new ConvNext(32, 3, 0, 2, 3, cut), "classes", "0");
    assertRefused(() -> new ConvNext(31, 3, 10, 4, 4, cut), "31", "4 stages", "at least 32");
    assertRefused(() -> ConvNext.small(15, 3, 10), "15", "3 stages", "patches of 2", "at least 16");
    assertThat(ConvNext.small(16, 3, 10).inputShape()).isEqualTo(new Shape(3, 16, 16));
  }

  @Test
  void refusesImagesOfAnotherShape() {
    Size size = Size.parse("16x1-1-1");
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed model = Composed.random(NET, size, manager, new Seed(1), DataType.FLOAT32);
      assertRefused(
          () ->
              NET.forward(
                  model.compose(), size, manager.zeros(new Shape(2, 3, 32, 31)), Pass.evaluation()),
          "(batch, 3, 32, 32)",
          "(2, 3, 32, 31)");
    }
  }

  @Test
  void layersOfOneKindShareTemplatesOverAStageOrOverTheNetwork() {
    Size size = Size.parse("32x2-2-2");
    ConvCut stages = new ConvCut(16, 16, 16, 4, ConvCut.Sharing.STAGE);
    assertThat(templates(new ConvNext(32, 3, 10, 2, 3, stages), size))
        .contains("stages.0.blocks.gamma", "stages.2.blocks.conv_dw.weight")
        .contains("stages.0.downsample.1.weight", "stages.2.downsample.1.weight");
    assertThat(templates(NET, size))
        .contains("stages.blocks.gamma", "stages.downsample.1.weight")
        .noneMatch(template -> template.matches("stages\\.\\d.*"));
  }

  @Test
  void decaysMatricesAndKernelsAlone() {
    assertThat(NET.weights(Size.parse("16x2-2-2")))
        .allSatisfy(
            type ->
                assertThat(type.decayed())
                    .as(type.name())
                    .isEqualTo(type.denseShape().dimension() > 1));
  }

  @Test
  void allSizesShareTemplates() {
    List<WeightType> small = NET.weights(Size.parse("16x1-1-1"));
    List<WeightType> large = NET.weights(Size.parse("80x3-7-2"));
    assertThat(small).hasSameSizeAs(large);
    for (int i = 0; i < small.size(); i++) {
      assertThat(small.get(i).name()).isEqualTo(large.get(i).name());
      small.get(i).requireSameTemplates(large.get(i));
    }
  }

  private static List<String> templates(ConvNext net, Size size) {
    return net.weights(size).stream().map(WeightType::template).toList();
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(WeitException.class).hasMessageContainingAll(parts);
  }
}
