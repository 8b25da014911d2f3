package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Ledger.Line;
import io.github.weit.models.Ledger.Part;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerTest {

  private static final ConvCut CUT = new ConvCut(8, 3, 5, 2, ConvCut.Sharing.NETWORK);

  private static Ledger of(Family family, Size size) {
    return Ledger.of(family, size, Precision.FLOAT32);
  }

  static Stream<Arguments> models() {
    Stream<Arguments> odd =
        Stream.of(
            Arguments.of(Vit.small(28, 1, 7), new Size(96, 3)),
            Arguments.of(Vit.small(32, 3, 10).withPooling(Vit.Pooling.MEAN), new Size(64, 1)),
            Arguments.of(
                new Vit(30, 2, 5, 3, 8, 3, Vit.Pooling.CLASS_TOKEN, new TemplateCut(4, 2, 2, 2)),
                new Size(24, 2)),
            Arguments.of(ResNet.small(31, 3, 10), Size.parse("24x1-2-3")),
            Arguments.of(
                ResNet.imagenet(ResNet.Block.BOTTLENECK, 5).withImages(75, 1).withCut(CUT),
                Size.parse("16x2-1-1-3")),
            Arguments.of(
                ResNet.imagenet(ResNet.Block.BASIC, 5).withImages(50, 2).withCut(CUT),
                Size.parse("8x1-1-2-1")),
            Arguments.of(ConvNext.small(30, 1, 4), Size.parse("16x1-3-2")),
            Arguments.of(new ConvNext(41, 3, 9, 3, 3, CUT), Size.parse("24x2-1-1")),
            Arguments.of(new ConvNext(9, 3, 9, 1, 2, CUT), Size.parse("8x1-2")));
    Stream<Arguments> known =
        Presets.all().stream().map(preset -> Arguments.of(preset.family(), preset.size()));
    return Stream.concat(odd, known);
  }

  @ParameterizedTest
  @MethodSource("models")
  void countsTheParametersThatTheWeightsHave(Family family, Size size) {
    assertThat(of(family, size).parameters()).isEqualTo(family.cost(size).parameters());
  }

  @ParameterizedTest
  @MethodSource("models")
  void countsTheMultiplicationsOfAWalkOverTheParameters(Family family, Size size) {
    long naive = naive(family, size);
    assertThat(family.cost(size).macs()).isEqualTo(naive);
    boolean token = family instanceof Vit vit && vit.pooling() == Vit.Pooling.CLASS_TOKEN;
    long computed = token ? NaiveMacs.of((Vit) family, size, true) : naive;
    assertThat(of(family, size).macs()).isEqualTo(computed).isLessThanOrEqualTo(naive);
  }

  private static long naive(Family family, Size size) {
    if (family instanceof Vit vit) {
      return NaiveMacs.of(vit, size);
    }
    return family instanceof ResNet net
        ? NaiveMacs.of(net, size)
        : NaiveMacs.of((ConvNext) family, size);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theBackwardPassMultipliesTwiceAsOftenButForTheImages(Family family, Size size) {
    Ledger ledger = of(family, size);
    long stem = ledger.parts().get(0).lines().get(0).macs();
    assertThat(ledger.backwardMacs()).isEqualTo(2 * ledger.macs() - stem);
    assertThat(stem).isPositive();
  }

  @ParameterizedTest
  @MethodSource("models")
  void bfloat16CopiesWeightsAndChangesNeitherParametersNorMultiplications(
      Family family, Size size) {
    Ledger wide = of(family, size);
    Ledger narrow = Ledger.of(family, size, Precision.BFLOAT16);
    assertThat(narrow.parameters()).isEqualTo(wide.parameters());
    assertThat(narrow.macs()).isEqualTo(wide.macs());
    assertThat(wide.copies()).isZero();
    assertThat(narrow.copies()).isBetween(1L, 2 * wide.parameters());
    assertThat(narrow.saved()).isLessThan(wide.saved());
  }

  /** The figures that are usually given, to a hundredth: some count norms and biases too. */
  @ParameterizedTest
  @CsvSource({"192, 1.26", "384, 4.6", "768, 17.6"})
  void hasThePublishedMultiplicationsOfDeit(int width, double gmacs) {
    Cost cost = Vit.deit(1000).cost(new Size(width, 12));
    assertThat(cost.macs() / 1e9).isCloseTo(gmacs, within(0.01 * gmacs));
  }

  /** Arrays of a block in the order of the forward pass, in tokens T, width D and heads H. */
  @Test
  void aTransformerKeepsWhatItsOperationsMake() {
    long t = 65;
    long d = 96;
    long norms = 2 * (t * d + 2 * t); // and their means and deviations
    long attention = 3 * t * d + t * d + 3 * t; // q, k, v; mixed; a sum per head and query
    long mlp = 2 * 4 * t * d;
    long sums = 2 * t * d;
    Ledger block = blockOf(Precision.FLOAT32);
    assertThat(block.saved()).isEqualTo(4 * (norms + attention + mlp + sums));
    assertThat(block.idle()).isEqualTo(4 * 2 * t * d); // what is projected
    assertThat(block.copies()).isZero();
  }

  @Test
  void inBfloat16ItKeepsNarrowCopiesBesideFloat32SumsAndNorms() {
    long t = 65;
    long d = 96;
    long narrow = 2 * t * d + 8 * t * d; // what norms give, the MLP's hidden features
    long attention = 3 * t * d + 3 * t * t + t * d; // q, k, v; softmax; mixed, in order
    long sums = 2 * t * d;
    Ledger block = blockOf(Precision.BFLOAT16);
    assertThat(block.saved())
        .isEqualTo(2 * (narrow + attention) + 4 * (sums + 4 * t)); // 2 T per norm
    long held = 3 * t * d + t * d + 2 * t * d; // packed q, k, v; mixed; what is projected
    assertThat(block.idle()).isEqualTo(2 * held + 4 * 4 * t * d); // norms, projections
    assertThat(block.copies()).isEqualTo(2 * 12 * d * d);
  }

  /** What a block in full has of everything, of 65 tokens, width 96 and heads of 32. */
  private static Ledger blockOf(Precision precision) {
    Ledger ledger = Ledger.of(Vit.small(32, 3, 10), new Size(96, 3), precision);
    return new Ledger(List.of(new Part("block", 1, ledger.parts().get(1).lines())));
  }

  @Test
  void theLastBlockComputesForTheClassTokenAloneIfThereIsOne() {
    Vit vit = Vit.small(32, 3, 10);
    Ledger ledger = of(vit, new Size(96, 3));
    assertThat(ledger.parts()).extracting(Part::times).containsExactly(1L, 2L, 1L, 1L);
    long t = 65;
    long d = 96;
    Ledger last = new Ledger(List.of(ledger.parts().get(2)));
    assertThat(last.macs()).isEqualTo(2 * t * d * d + 10 * d * d + 2 * t * d);
    assertThat(last.saved())
        .isEqualTo(4 * (t * d + 2 * t + (2 * t + 1) * d + d + 3 + d + d + 2 + 8 * d + d));
    assertThat(of(vit, new Size(96, 1)).parts()).hasSize(3);
    Vit mean = vit.withPooling(Vit.Pooling.MEAN);
    assertThat(of(mean, new Size(96, 3)).parts())
        .extracting(Part::times)
        .containsExactly(1L, 3L, 1L);
  }

  @Test
  void aResidualBlockKeepsTwoArraysForEachConvolutionAndOneForEachReluAndSum() {
    ResNet net = ResNet.small(32, 3, 10);
    long array = 32 * 32 * 16;
    for (Precision precision : Precision.values()) {
      Ledger one = Ledger.of(net, Size.parse("16x1-1-1"), precision);
      Ledger two = Ledger.of(net, Size.parse("16x2-1-1"), precision);
      int width = precision == Precision.FLOAT32 ? 4 : 2;
      assertThat(two.saved() - one.saved()).isEqualTo(width * 4 * array); // convolutions, ReLUs
      assertThat(two.idle() - one.idle()).isEqualTo(width * 3 * array); // two norms, the sum
    }
  }

  @Test
  void aConvNextBlockKeepsFiveArraysAndTwoHiddenOnes() {
    ConvNext net = ConvNext.small(32, 3, 10);
    Ledger one = of(net, Size.parse("16x1-1-1"));
    Ledger two = of(net, Size.parse("16x2-1-1"));
    long places = 8 * 8;
    long array = places * 16;
    long hidden = 4 * array;
    assertThat(two.saved() - one.saved()).isEqualTo(4 * (4 * array + 2 * places + 2 * hidden));
    assertThat(two.idle() - one.idle()).isEqualTo(4 * array); // gamma's product
  }

  @Test
  void sumsLinesAsOftenAsTheirPartComes() {
    Line line = new Line("a", 1, 1, 10, 100, 1000, 5);
    Line other = new Line("b", 2, 0, 20, 200, 2000, 5);
    Ledger ledger =
        new Ledger(
            List.of(new Part("x", 1, List.of(line)), new Part("y", 3, List.of(line, other))));
    assertThat(ledger.parameters()).isEqualTo(10);
    assertThat(ledger.macs()).isEqualTo(100);
    assertThat(ledger.backwardMacs()).isEqualTo(190);
    assertThat(ledger.saved()).isEqualTo(1000);
    assertThat(ledger.idle()).isEqualTo(10_000);
    assertThat(ledger.copies()).isEqualTo(2 * 4);
  }

  @Test
  void theBackwardPassIsWidestAtOneLineAndGathersGradientsOfComposedWeights() {
    Line first = new Line("a", 100, 0, 0, 0, 0, 3000);
    Line second = new Line("b", 1000, 0, 0, 0, 0, 10);
    Line third = new Line("c", 10, 0, 0, 0, 0, 2500);
    Ledger ledger =
        new Ledger(
            List.of(
                new Part("x", 1, List.of(first)),
                new Part("y", 3, List.of(second)),
                new Part("z", 1, List.of(third))));
    assertThat(ledger.backwardPeak(1, false)).isEqualTo(10 + 4 * 1000);
    assertThat(ledger.backwardPeak(2, false)).isEqualTo(2 * 3000 + 4 * 100);
    assertThat(ledger.backwardPeak(2, true)).isEqualTo(2 * 3000 + 4 * (10 + 3 * 1000 + 100));
  }

  @Test
  void refusesSizesThatTheFamilyHasNot() {
    assertThatThrownBy(() -> of(Vit.deit(10), new Size(100, 1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("100");
  }
}
