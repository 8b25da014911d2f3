package io.github.weit.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArmTest {

  @Test
  void readsEveryPart() {
    assertThat(Arm.parse("weit-constrained:resnet20:16x3-3-3:f32:128"))
        .isEqualTo(
            new Arm(
                Who.WEIT_CONSTRAINED,
                Network.RESNET20,
                Size.parse("16x3-3-3"),
                Precision.FLOAT32,
                128));
  }

  @Test
  void hasABatchOf64UnlessItSaysAnother() {
    assertThat(Arm.parse("timm:vit:192x4:bf16").batch()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "weit:vit:192x4:f32",
        "djl:resnet18:64x2-2-2-2:f32:2",
        "products-read:vit:64x3:f32",
        "timm:resnet18:64x2-2-2-2:bf16"
      })
  void isWrittenAsItIsRead(String text) {
    assertThat(Arm.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weit:vit:192x4|expected WHO:NETWORK:SIZE:PRECISION[:BATCH]",
        "weit:vit:192x4:f32:64:1|expected WHO:NETWORK:SIZE:PRECISION[:BATCH]",
        "weit:vit:192x4:f32:many|expected WHO:NETWORK:SIZE:PRECISION[:BATCH]",
        "me:vit:192x4:f32|there is no arm of 'me'; there are [weit, weit-constrained, weit-fit, djl,",
        "weit:lenet:192x4:f32|there is no network 'lenet'; there are [vit, resnet20, resnet18]",
        "weit:vit:192:f32|'192' is no size",
        "weit:vit:100x4:f32|width 100 is not a multiple of",
        "weit:resnet18:64x2:f32|a size has 4 depths",
        "weit:vit:192x4:f16|there is no precision 'f16'; there are [f32, bf16]",
        "djl:vit:192x4:bf16|djl in bfloat16 is not available; there is [float32]",
        "timm:resnet20:16x3-3-3:f32|there is no resnet20 of timm; there is [vit, resnet18]",
        "timm:resnet18:32x2-2-2-2:f32|timm's resnet18 has the size 64x2-2-2-2",
        "products-read:resnet18:64x2-2-2-2:f32|there is no resnet18 of products-read",
        "weit:vit:192x4:f32:0|at least 1 image",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Arm.parse(text))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(text);
  }
}
