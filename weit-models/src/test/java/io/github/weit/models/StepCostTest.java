package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Axis;
import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.StepCost.Step;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StepCostTest {

  private static final Constraint CONSTRAINT = new KroneckerConstraint();
  private static final Vit VIT = Vit.small(32, 3, 10);
  private static final Size SIZE = new Size(64, 2);

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(VIT, SIZE),
        Arguments.of(ResNet.small(32, 3, 10), Size.parse("16x2-1-2")),
        Arguments.of(ConvNext.small(32, 3, 10), Size.parse("16x1-2-1")));
  }

  @ParameterizedTest
  @MethodSource("models")
  void trainsWhatBanksAndScalersHold(Family family, Size size) {
    List<WeightType> types = family.weights(size);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        TemplateBank bank = TemplateBank.create(CONSTRAINT, types, manager, new Seed(0));
        ScalerSet scalers = ScalerSet.create(CONSTRAINT, types, manager, new Seed(0))) {
      StepCost dense = StepCost.dense(family, size, Step.of(4));
      StepCost both = StepCost.pretraining(family, size, CONSTRAINT, Step.of(4));
      StepCost fit = StepCost.fit(family, size, CONSTRAINT, Step.of(4));
      long all = bank.parameters() + scalers.parameters();
      assertThat(dense.trained()).isEqualTo(family.cost(size).parameters());
      assertThat(both.trained()).isEqualTo(all);
      assertThat(fit.trained()).isEqualTo(scalers.parameters());
      assertThat(fit.bytes().weights()).isEqualTo(both.bytes().weights()).isEqualTo(4 * all);
      assertThat(fit.bytes().gradients()).isEqualTo(4 * scalers.parameters());
      assertThat(both.bytes().standing()).isEqualTo(16 * all);
      assertThat(dense.bytes().standing()).isEqualTo(16 * dense.trained());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void composingMultipliesEveryWeightByItsTermsOnceAndForEachFactorThatIsTrained(
      Family family, Size size) {
    long products = 0;
    for (WeightType type : family.weights(size)) {
      long templates = type.terms();
      long scalers = 1;
      for (Axis axis : type.axes()) {
        templates *= axis.template();
        scalers *= axis.scaler();
      }
      products += templates * scalers;
    }
    StepCost.Macs dense = StepCost.dense(family, size, Step.of(4)).macs();
    StepCost.Macs both = StepCost.pretraining(family, size, CONSTRAINT, Step.of(4)).macs();
    StepCost.Macs fit = StepCost.fit(family, size, CONSTRAINT, Step.of(4)).macs();
    assertThat(both).isEqualTo(macs(dense, products, 2 * products));
    assertThat(fit).isEqualTo(macs(dense, products, products));
    assertThat(both.compositionShare()).isCloseTo(3.0 * products / dense.total(), within(1e-15));
    assertThat(dense.compositionShare()).isZero();
  }

  private static StepCost.Macs macs(StepCost.Macs dense, long composition, long backward) {
    return new StepCost.Macs(dense.forward(), dense.backward(), composition, backward);
  }

  @Test
  void multipliesForEveryImageThreeTimesButForThePatches() {
    StepCost.Macs macs = StepCost.dense(VIT, SIZE, Step.of(8)).macs();
    long patches = 64 * 64 * 3 * 16;
    long forward = NaiveMacs.of(VIT, SIZE, true);
    assertThat(macs.forward()).isEqualTo(8 * forward).isLessThan(8 * VIT.cost(SIZE).macs());
    assertThat(macs.total()).isEqualTo(8 * (3 * forward - patches));
  }

  @Test
  void activationsAndInputGrowWithTheBatchAndNothingElseDoes() {
    StepCost.Bytes one = StepCost.dense(VIT, SIZE, Step.of(1)).bytes();
    StepCost.Bytes ten = StepCost.dense(VIT, SIZE, Step.of(10)).bytes();
    assertThat(ten.standing()).isEqualTo(one.standing());
    assertThat(ten.saved()).isEqualTo(10 * one.saved());
    assertThat(ten.idle()).isEqualTo(10 * one.idle());
    assertThat(ten.input()).isEqualTo(10 * one.input()).isEqualTo(4 * 10 * (3 * 32 * 32 + 10));
  }

  @Test
  void bfloat16LeavesTheRestAsItIs() {
    StepCost.Bytes wide = StepCost.dense(VIT, SIZE, Step.of(8)).bytes();
    Step step = new Step(8, false, Precision.BFLOAT16);
    StepCost.Bytes narrow = StepCost.dense(VIT, SIZE, step).bytes();
    Ledger ledger = Ledger.of(VIT, SIZE, Precision.BFLOAT16);
    assertThat(narrow.saved()).isEqualTo(8 * (ledger.saved() + 4 * 10) + ledger.copies());
    assertThat(narrow.saved()).isLessThan(wide.saved());
    assertThat(narrow.standing()).isEqualTo(wide.standing());
    assertThat(narrow.input()).isEqualTo(wide.input());
  }

  @Test
  void aRunningAverageIsOneMoreCopyOfWhatIsTrained() {
    StepCost.Bytes without = StepCost.fit(VIT, SIZE, CONSTRAINT, Step.of(8)).bytes();
    StepCost with = StepCost.fit(VIT, SIZE, CONSTRAINT, new Step(8, true, Precision.FLOAT32));
    assertThat(with.bytes().peak() - without.peak()).isEqualTo(4 * with.trained());
  }

  @Test
  void thePeakIsTheSumOfWhatIsThere() {
    StepCost.Bytes bytes = new StepCost.Bytes(1, 2, 4, 8, 16, 32, 64, 128, 256);
    assertThat(bytes.standing()).isEqualTo(15);
    assertThat(bytes.peak()).isEqualTo(511);
  }

  /** At one image of a wide model the weights decide; at many of a narrow one the activations. */
  @Test
  void theBackwardPassHoldsTheGradientsOfAllComposedWeightsButOfOneDenseLayer() {
    Size wide = new Size(512, 2);
    long weights = 4 * VIT.cost(wide).parameters();
    long layer = 4L * 4 * 512 * 513; // the MLP's second matrix and bias come to less than the first
    StepCost.Bytes dense = StepCost.dense(VIT, wide, Step.of(1)).bytes();
    StepCost.Bytes composed = StepCost.pretraining(VIT, wide, CONSTRAINT, Step.of(1)).bytes();
    long working = 4L * 65 * 512 * 9;
    assertThat(dense.backward()).isBetween(layer, layer + working);
    assertThat(composed.backward()).isEqualTo(weights + 2 * 4L * 4 * 512 * 512);
  }

  @Test
  void atManyImagesTheWidestGradientsDecide() {
    long hidden = 4 * 65 * 64;
    long x = 65 * 64;
    StepCost.Bytes bytes = StepCost.dense(VIT, SIZE, Step.of(1000)).bytes();
    assertThat(bytes.backward()).isEqualTo(4L * 1000 * (2 * hidden + x)); // those of GELU
  }

  @Test
  void composedWeightsExistTwiceUnlessTheyComeOutInOrder() {
    StepCost.Bytes bytes = StepCost.fit(VIT, SIZE, CONSTRAINT, Step.of(1)).bytes();
    long numbers = 0;
    for (WeightType type : VIT.weights(SIZE)) {
      boolean cutOnceAtMost =
          type.denseShape().dimension() == 1
              || List.of("cls_token", "patch_embed.proj.weight").contains(type.name());
      numbers += (cutOnceAtMost ? 1 : 2) * type.denseParameters();
    }
    assertThat(bytes.composed()).isEqualTo(4 * numbers);
  }

  @Test
  void refusesAnEmptyBatch() {
    assertThatThrownBy(() -> Step.of(0))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("found 0");
  }
}
