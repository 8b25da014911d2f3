package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.training.TeachingOptions;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FittedWeightsTest {

  private static final Seed SEED = new Seed(3);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Tiny.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> families() {
    return Stream.of(
        Arguments.of(Tiny.VIT, new Size(16, 3), new Size(8, 2)),
        Arguments.of(Tiny.RES_NET, Size.parse("8x2-2"), Size.parse("4x1-2")));
  }

  /**
   * The definition: AdamW's first step moves every weight by the rate, whatever its gradient is.
   */
  @ParameterizedTest
  @MethodSource("families")
  void everySelectedWeightIsFittedAtARateForItsWidth(Family family, Size full, Size size) {
    try (SizedModel parent = Tiny.model(family, full, manager, 5)) {
      Initialiser selection = new WeightSelection(parent, WeightSelection.Head.SELECTED);
      FittedWeights fitted =
          FittedWeights.selected(selection, full, Tiny.fitting(1), taughtBy(parent));
      Map<String, float[]> before = values(selection, size);
      Map<String, float[]> after = values(fitted, size);
      assertThat(after.keySet()).isEqualTo(before.keySet());
      double rate = 1e-2 * full.width() / size.width();
      after.forEach(
          (name, values) ->
              assertThat(largestChange(before.get(name), values))
                  .as(name)
                  .isCloseTo(rate, Offset.offset(0.2 * rate)));
    }
  }

  private static Optional<FullSizeTeaching> taughtBy(SizedModel model) {
    return Optional.of(new FullSizeTeaching(model, 1, Precision.FLOAT32));
  }

  private static double largestChange(float[] before, float[] after) {
    double largest = 0;
    for (int i = 0; i < before.length; i++) {
      largest = Math.max(largest, Math.abs(after[i] - before[i]));
    }
    return largest;
  }

  private Map<String, float[]> values(Initialiser initialiser, Size size) {
    try (SizedModel model = initialiser.initialise(size, manager, SEED)) {
      return Tiny.values(model);
    }
  }

  /** Two ways to the same: a supernet's scalers are its weights. */
  @Test
  void ofASupernetsPartItIsTheFittedSupernet() {
    Size size = new Size(16, 2);
    try (Templates supernet =
            SupernetCutTest.learnt(Tiny.VIT, new Size(8, 3), new DenseConstraint(), manager);
        SizedModel full = supernet.compose(supernet.size(), manager)) {
      FittedWeights weights =
          new FittedWeights(
              "part",
              new SupernetCut(supernet, 0.5),
              supernet.size(),
              Tiny.fitting(5),
              taughtBy(full));
      Map<String, float[]> expected =
          values(
              FittedTemplates.supernet(supernet, 0.5, Tiny.fitting(5), TeachingOptions.of(1)),
              size);
      Map<String, float[]> found = values(weights, size);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      found.forEach(
          (name, values) ->
              assertThat(largestChange(expected.get(name), values))
                  .as(name)
                  .isLessThan(1e-4)); // steps have a length of 5e-3
    }
  }

  /** Random ones come nearer to what their teacher says, and start where scratch does. */
  @Test
  void ofRandomWeightsItIsDistillationIntoANewModel() {
    Size size = new Size(8, 2);
    try (SizedModel teacher = Tiny.model(Tiny.VIT, new Size(16, 3), manager, 5)) {
      FittedWeights none =
          FittedWeights.random(Tiny.VIT, teacher.size(), Tiny.fitting(3), Optional.empty());
      FittedWeights taught =
          FittedWeights.random(Tiny.VIT, teacher.size(), Tiny.fitting(3), taughtBy(teacher));
      FittedWeights same =
          new FittedWeights(
              "x", new Scratch(Tiny.VIT), teacher.size(), Tiny.fitting(3), taughtBy(teacher));
      assertThat(taught.name()).isEqualTo("scratch-fitted");
      assertThat(taught.refusal(size)).isEmpty();
      Map<String, float[]> found = values(taught, size);
      assertThat(found).usingRecursiveComparison().isEqualTo(values(same, size));
      assertThat(found).usingRecursiveComparison().isNotEqualTo(values(none, size));
      Map<String, float[]> start = values(new Scratch(Tiny.VIT), size);
      start.forEach(
          (name, values) ->
              assertThat(largestChange(values, found.get(name))).as(name).isPositive());
    }
  }

  @Test
  void keepsNothingButTheModelAndLeavesTheTeacherAlone() {
    try (SizedModel parent = Tiny.model(Tiny.VIT, new Size(16, 3), manager, 5)) {
      Map<String, float[]> teacher = Tiny.values(parent);
      int before = manager.getManagedArrays().size();
      FittedWeights fitted =
          FittedWeights.selected(
              new WeightSelection(parent, WeightSelection.Head.SELECTED),
              parent.size(),
              Tiny.fitting(3),
              taughtBy(parent));
      try (SizedModel found = fitted.initialise(new Size(8, 2), manager, SEED)) {
        assertThat(manager.getManagedArrays()).hasSize(before + found.weights().size());
      }
      assertThat(Tiny.values(parent)).usingRecursiveComparison().isEqualTo(teacher);
      assertThat(fitted.name()).isEqualTo("weight-selection-fitted");
      assertThat(fitted.refusal(new Size(8, 2))).isEmpty();
      assertThat(fitted.refusal(new Size(24, 2))).isPresent();
      assertThatThrownBy(() -> fitted.initialise(new Size(24, 2), manager, SEED))
          .isInstanceOf(WeitException.class)
          .hasMessageStartingWith("weight-selection-fitted has nothing for 24x2: ");
    }
  }
}
