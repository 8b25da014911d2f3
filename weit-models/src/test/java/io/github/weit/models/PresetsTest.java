package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetsTest {

  /** As timm and torchvision document them, for 1000 classes. */
  @ParameterizedTest
  @CsvSource({
    "deit_tiny_patch16_224, 5717416",
    "deit_small_patch16_224, 22050664",
    "deit_base_patch16_224, 86567656",
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "resnet101, 44549160",
    "resnet152, 60192808",
    "wide_resnet50_2, 68883240",
    "wide_resnet101_2, 126886696",
    "convnext_atto, 3695520",
    "convnext_femto, 5217784",
    "convnext_pico, 9045672",
    "convnext_nano, 15593560",
    "convnext_tiny, 28589128",
    "convnext_small, 50223688",
    "convnext_base, 88591464",
    "convnext_large, 197767336",
  })
  void hasThePublishedNumberOfParameters(String name, long parameters) {
    assertThat(Presets.of(name).cost().parameters()).isEqualTo(parameters);
  }

  /** The paper's table 6, in millions; its shortcuts have no weights. */
  @ParameterizedTest
  @CsvSource({"cifar_resnet20, 0.27", "cifar_resnet32, 0.46", "cifar_resnet56, 0.85"})
  void forCifarItIsThePapersNumberAndTheShortcuts(String name, double millions) {
    Preset preset = Presets.of(name);
    long shortcuts =
        preset.family().weights(preset.size()).stream()
            .filter(type -> type.name().contains("downsample"))
            .mapToLong(WeightType::denseParameters)
            .sum();
    assertThat(shortcuts).isEqualTo(16 * 32 + 2 * 32 + 32 * 64 + 2 * 64);
    assertThat((preset.cost().parameters() - shortcuts) / 1e6).isCloseTo(millions, within(0.005));
  }

  /** The paper's table 4, in millions; stems differ a little. */
  @ParameterizedTest
  @CsvSource({"cifar_wide_resnet16_4, 2.7", "cifar_wide_resnet28_10, 36.5"})
  void wideNetworksAreAboutAsLargeAsThePapers(String name, double millions) {
    assertThat(Presets.of(name).cost().parameters() / 1e6 / millions).isCloseTo(1, within(0.03));
  }

  @Test
  void takesOtherImagesAndClasses() {
    for (Preset preset : Presets.all()) {
      Family family = preset.family(64, 1, 7);
      assertThat(family.inputShape().getShape()).as(preset.name()).containsExactly(1, 64, 64);
      assertThat(family.classes()).isEqualTo(7);
      assertThat(family.weights(preset.size()))
          .hasSameSizeAs(preset.family().weights(preset.size()));
      assertThat(preset.family(preset.imageSize(), preset.channels(), preset.family().classes()))
          .isEqualTo(preset.family());
    }
  }

  @Test
  void namesAreUniqueAndFound() {
    assertThat(Presets.all()).extracting(Preset::name).doesNotHaveDuplicates();
    assertThat(Presets.all()).allMatch(preset -> Presets.of(preset.name()).equals(preset));
  }

  @Test
  void anUnknownNameIsAnErrorThatSaysWhatThereIs() {
    assertThatThrownBy(() -> Presets.of("resnet19"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("'resnet19'", "deit_tiny_patch16_224", "resnet18", "cifar_");
  }
}
