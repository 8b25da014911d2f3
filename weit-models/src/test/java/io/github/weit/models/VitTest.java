package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VitTest {

  private static final Vit SMALL = Vit.small(32, 3, 10);

  @Test
  void isRestoredFromItsNameAndOptions() {
    for (Vit vit :
        List.of(
            SMALL,
            Vit.deit(1000),
            SMALL.withPooling(Vit.Pooling.MEAN).withPatch(8).withClasses(7),
            SMALL.withCut(new TemplateCut(16, 3, 5, 2)))) {
      assertThat(Families.of(vit.id(), vit.options())).isEqualTo(vit);
    }
  }

  @Test
  void refusesOptionsThatAreMissingOrWrong() {
    assertRefused(() -> Families.of("resnext", Map.of()), "'resnext'", "vit");
    for (String key : SMALL.options().keySet()) {
      Map<String, String> options = new HashMap<>(SMALL.options());
      options.remove(key);
      assertRefused(() -> Families.of("vit", options), "'" + key + "'", "missing");
      options.put(key, "many");
      assertRefused(() -> Families.of("vit", options), "'many'");
    }
  }

  /** So that no count overflows, and what was saved can be read. */
  @Test
  void refusesSizesThatNobodyCouldWrite() {
    assertRefused(() -> new Size(1_000_000, 1), "at most 999999", "1000000");
    assertRefused(() -> new Size(32, 10_000), "at most 9999", "[10000]");
    Size largest = new Size(999_968, 9_999);
    assertThat(Size.parse(largest.toString())).isEqualTo(largest);
    assertThat(SMALL.cost(largest).parameters()).isPositive();
    assertThat(SMALL.cost(largest).macs()).isPositive();
  }

  @Test
  void refusesImpossibleFamilies() {
    TemplateCut cut = TemplateCut.standard();
    Vit.Pooling mean = Vit.Pooling.MEAN;
    assertRefused(() -> new Vit(32, 0, 4, 10, 32, 4, mean, cut), "channels", "0");
    assertRefused(() -> new Vit(32, 3, 4, 0, 32, 4, mean, cut), "classes");
    assertRefused(() -> new Vit(30, 3, 4, 10, 32, 4, mean, cut), "30", "4");
    assertRefused(() -> new Vit(2, 3, 4, 10, 32, 4, mean, cut), "patch size");
    assertRefused(() -> new Vit(32, 3, 0, 10, 32, 4, mean, cut), "patch size");
    assertRefused(() -> new Vit(32, 3, 4, 10, 48, 4, mean, cut), "48", "32");
    assertRefused(() -> new TemplateCut(32, 0, 1, 1), "at least 1");
  }

  @Test
  void saysWhichSizesAreLegal() {
    assertThatCode(() -> SMALL.requireLegal(new Size(96, 1))).doesNotThrowAnyException();
    assertRefused(() -> SMALL.requireLegal(new Size(100, 2)), "100", "32", "96 and 128");
    assertRefused(() -> SMALL.requireLegal(new Size(20, 2)), "nearest legal widths are 32");
    assertRefused(() -> SMALL.requireLegal(new Size(96, List.of(2, 2))), "one depth", "96x4");
    assertRefused(() -> SMALL.weights(new Size(100, 2)), "100");
    assertThat(Vit.deit(10).widthStep()).isEqualTo(64);
    assertThat(SMALL.withCut(new TemplateCut(64, 1, 1, 1)).widthStep()).isEqualTo(64);
  }

  @Test
  void knowsItsTokensAndItsInput() {
    assertThat(SMALL.tokens()).isEqualTo(65);
    assertThat(SMALL.withPooling(Vit.Pooling.MEAN).tokens()).isEqualTo(64);
    assertThat(Vit.deit(1000).tokens()).isEqualTo(197);
    assertThat(Vit.small(28, 1, 10).inputShape()).isEqualTo(new Shape(1, 28, 28));
  }

  @Test
  void decaysMatricesAlone() {
    for (WeightType type : SMALL.weights(new Size(64, 2))) {
      boolean matrix = type.name().endsWith(".weight") && !type.name().contains("norm");
      assertThat(type.decayed()).as(type.name()).isEqualTo(matrix);
    }
  }

  @Test
  void allSizesShareTemplates() {
    List<WeightType> small = SMALL.weights(new Size(32, 1));
    List<WeightType> large = SMALL.weights(new Size(160, 7));
    assertThat(small).hasSameSizeAs(large);
    for (int i = 0; i < small.size(); i++) {
      assertThat(small.get(i).name()).isEqualTo(large.get(i).name());
      small.get(i).requireSameTemplates(large.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"192x12, 192, 12", "' 64x1 ', 64, 1", "64x3-4-6-3, 64, 16"})
  void sizesAreParsed(String text, int width, int depth) {
    Size size = Size.parse(text);
    assertThat(size.width()).isEqualTo(width);
    assertThat(size.depth()).isEqualTo(depth);
    assertThat(size.toString()).isEqualTo(text.strip());
    assertThat(Size.parse(size.toString())).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "192", "x12", "192x", "192x12x3", "-1x3", "192x3-", "1.5x3", "192X12"})
  void textThatIsNoSizeIsRefused(String text) {
    assertRefused(() -> Size.parse(text), "'" + text + "'", "WIDTHxDEPTH");
  }

  @ParameterizedTest
  @CsvSource({
    "8, 4", "28, 4", "32, 4", "64, 4", "96, 8", "128, 8", "100, 4", "224, 16", "384, 16", "200, 8",
    "30, 4", "225, 16"
  })
  void aUsualPatchDividesTheImageIfOneDoes(int side, int patch) {
    assertThat(Vit.usualPatch(side)).isEqualTo(patch);
  }

  @Test
  void sizesOfNothingAreRefused() {
    assertRefused(() -> new Size(0, 1), "width 0");
    assertRefused(() -> new Size(32, 0), "[0]");
    assertRefused(() -> new Size(32, List.of()), "[]");
    assertRefused(() -> Size.parse("0x3"), "width 0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void dropPathIsAProbabilityBelowOne(double value) {
    assertThatThrownBy(() -> new Pass(true, value, new Seed(1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining(Double.toString(value));
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(WeitException.class).hasMessageContainingAll(parts);
  }
}
