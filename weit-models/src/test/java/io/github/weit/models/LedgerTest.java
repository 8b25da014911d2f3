package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.weit.core.WeitException;
import io.github.weit.models.Ledger.Line;
import io.github.weit.models.Ledger.Part;
import io.github.weit.models.VitLedger.Form;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerTest {

  private static final ConvCut CUT = new ConvCut(8, 3, 5, 2, ConvCut.Sharing.NETWORK);

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
    assertThat(Ledger.of(family, size).parameters()).isEqualTo(family.cost(size).parameters());
  }

  @ParameterizedTest
  @MethodSource("models")
  void countsTheMultiplicationsOfAWalkOverTheParameters(Family family, Size size) {
    long naive =
        family instanceof Vit vit
            ? NaiveMacs.of(vit, size)
            : family instanceof ResNet net
                ? NaiveMacs.of(net, size)
                : NaiveMacs.of((ConvNext) family, size);
    assertThat(family.cost(size).macs()).isEqualTo(naive);
    assertThat(Ledger.of(family, size).macs()).isEqualTo(naive);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theBackwardPassMultipliesTwiceAsOftenButForTheImages(Family family, Size size) {
    Ledger ledger = Ledger.of(family, size);
    long stem = ledger.parts().get(0).lines().get(0).macs();
    assertThat(ledger.backwardMacs()).isEqualTo(2 * ledger.macs() - stem);
    assertThat(stem).isPositive();
  }

  /** As rounded in many a table; norms and activations, which some count, are below a hundredth. */
  @ParameterizedTest
  @CsvSource({"192, 1.26", "384, 4.6", "768, 17.6"})
  void hasThePublishedMultiplicationsOfDeit(int width, double gmacs) {
    Cost cost = Vit.deit(1000).cost(new Size(width, 12));
    assertThat(cost.macs() / 1e9).isCloseTo(gmacs, within(0.01 * gmacs));
  }

  /** Arrays of a block in the order of the forward pass, in tokens T, width D and heads H. */
  @Test
  void aTransformerKeepsWhatItsOperationsMake() {
    Vit vit = Vit.small(32, 3, 10); // 65 tokens, heads of 32
    long t = 65;
    long d = 96;
    long scores = 3 * t * t;
    Ledger one = Ledger.of(vit, new Size(96, 1));
    Ledger two = Ledger.of(vit, new Size(96, 2));
    long norms = 2 * (t * d + 2 * t); // and their means and deviations
    long copies = 4 * t * d; // q, k, v, and what is mixed, head by head
    long mlp = 2 * 4 * t * d;
    long sums = 2 * t * d;
    assertThat(two.saved() - one.saved()).isEqualTo(norms + copies + scores + mlp + sums);
    long qkv = 3 * t * d;
    long scaled = t * d;
    long mixed = t * d;
    long projections = 2 * t * d;
    assertThat(two.idle() - one.idle()).isEqualTo(qkv + scaled + scores + mixed + projections);
  }

  @Test
  void aResidualBlockKeepsTwoArraysForEachConvolutionAndOneForEachReluAndSum() {
    ResNet net = ResNet.small(32, 3, 10);
    Ledger one = Ledger.of(net, Size.parse("16x1-1-1"));
    Ledger two = Ledger.of(net, Size.parse("16x2-1-1"));
    long array = 32 * 32 * 16;
    assertThat(two.saved() - one.saved()).isEqualTo(4 * array); // two convolutions, two ReLUs
    assertThat(two.idle() - one.idle()).isEqualTo(3 * array); // two norms, the sum
  }

  @Test
  void aConvNextBlockKeepsFiveArraysAndTwoHiddenOnes() {
    ConvNext net = ConvNext.small(32, 3, 10);
    Ledger one = Ledger.of(net, Size.parse("16x1-1-1"));
    Ledger two = Ledger.of(net, Size.parse("16x2-1-1"));
    long places = 8 * 8;
    long array = places * 16;
    long hidden = 4 * array;
    assertThat(two.saved() - one.saved()).isEqualTo(4 * array + 2 * places + 2 * hidden);
    assertThat(two.idle() - one.idle()).isEqualTo(array); // gamma's product
  }

  @Test
  void aClassTokenAloneCostsTheLastBlockLittle() {
    Vit vit = Vit.small(32, 3, 10);
    Size size = new Size(96, 3);
    Ledger whole = Ledger.of(vit, size);
    Ledger alone = VitLedger.of(vit, size, new Form(false, true));
    long t = 65;
    long d = 96;
    long others = t - 1;
    long projections = others * (d * d + d * d + 8 * d * d); // q, proj, fc1 and fc2
    long attention = 2 * others * t * d;
    assertThat(whole.macs() - alone.macs()).isEqualTo(projections + attention);
    assertThat(alone.parameters()).isEqualTo(whole.parameters());
    assertThat(alone.saved() + alone.idle()).isLessThan(whole.saved() + whole.idle());
    assertThat(VitLedger.of(vit, new Size(96, 1), new Form(false, true)).parameters())
        .isEqualTo(Ledger.of(vit, new Size(96, 1)).parameters());
    Vit mean = vit.withPooling(Vit.Pooling.MEAN);
    assertThat(VitLedger.of(mean, size, new Form(false, true))).isEqualTo(Ledger.of(mean, size));
  }

  @Test
  void fusedAttentionKeepsNeitherScoresNorScaledQueriesNorASecondOrderOfWhatIsMixed() {
    Vit vit = Vit.small(32, 3, 10);
    Size size = new Size(96, 2);
    Ledger today = VitLedger.of(vit, size, new Form(false, false));
    Ledger fused = VitLedger.of(vit, size, new Form(true, false));
    assertThat(today.idle() - fused.idle()).isEqualTo(2 * (3 * 65 * 65 + 2 * 65 * 96));
    assertThat(fused.saved()).isEqualTo(today.saved());
    assertThat(fused.macs()).isEqualTo(today.macs());
  }

  @Test
  void sumsLinesAsOftenAsTheirPartComes() {
    Line line = new Line("a", 1, 10, 100, 1000, 5);
    Line other = new Line("b", 2, 20, 200, 2000, 5);
    Ledger ledger =
        new Ledger(
            List.of(new Part("x", 1, List.of(line)), new Part("y", 3, List.of(line, other))));
    assertThat(ledger.parameters()).isEqualTo(10);
    assertThat(ledger.macs()).isEqualTo(100);
    assertThat(ledger.backwardMacs()).isEqualTo(190);
    assertThat(ledger.saved()).isEqualTo(1000);
    assertThat(ledger.idle()).isEqualTo(10_000);
  }

  @Test
  void refusesSizesThatTheFamilyHasNot() {
    assertThatThrownBy(() -> Ledger.of(Vit.deit(10), new Size(100, 1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("100");
  }
}
