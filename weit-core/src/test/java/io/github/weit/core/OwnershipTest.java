package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose what is composed and resized is, and what shares memory: what the documentation says. */
class OwnershipTest {

  private static final KroneckerConstraint KRONECKER = new KroneckerConstraint();
  private static final DenseConstraint DENSE = new DenseConstraint();

  private NDManager ofTemplates;
  private NDManager ofScalers;

  @BeforeEach
  void open() {
    ofTemplates = TestDevice.newManager();
    ofScalers = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    ofTemplates.close();
    ofScalers.close();
  }

  private static WeightType matrix(int depth, int width) {
    return new WeightType(
        "blocks.{}.w",
        "w",
        2,
        new Initial.Normal(1),
        true,
        List.of(Axis.layers(depth), Axis.out("out", width, 2), Axis.in("in", width, 2)));
  }

  private static List<WeightType> size(int depth, int width) {
    return List.of(matrix(depth, width));
  }

  private ScalerSet scalers(Constraint rule) {
    return ScalerSet.create(rule, size(2, 4), ofScalers, new Seed(1));
  }

  private TemplateBank bank(Constraint rule) {
    return TemplateBank.create(rule, size(2, 4), ofTemplates, new Seed(1));
  }

  private static NDArray only(NamedArrays arrays) {
    return arrays.asMap().values().iterator().next();
  }

  /** Whether an array changes with another. */
  private static boolean shares(NDArray one, NDArray other) {
    float[] before = one.toFloatArray();
    other.addi(other.onesLike());
    return !Arrays.equals(before, one.toFloatArray());
  }

  @Test
  void composedWeightsAndWhatIsMadeOnTheWayBelongToTheScalersManager() {
    TemplateBank bank = bank(KRONECKER);
    ScalerSet scalers = scalers(KRONECKER);
    int templates = ofTemplates.getManagedArrays().size();
    int before = ofScalers.getManagedArrays().size();
    NamedArrays weights = bank.compose(scalers);
    weights.forEach((name, weight) -> assertThat(weight.getManager()).isSameAs(ofScalers));
    assertThat(ofScalers.getManagedArrays().size()).isGreaterThan(before + weights.size());
    weights.close();
    assertThat(ofScalers.getManagedArrays().size()).isGreaterThan(before);
    assertThat(ofTemplates.getManagedArrays().size()).isGreaterThanOrEqualTo(templates);
  }

  @Test
  void composedWeightsEndWithAnOpenScopeAndNothingIsLeft() {
    TemplateBank bank = bank(KRONECKER);
    ScalerSet scalers = scalers(KRONECKER);
    int templates = ofTemplates.getManagedArrays().size();
    int before = ofScalers.getManagedArrays().size();
    NamedArrays weights;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      weights = bank.compose(scalers);
    }
    assertThat(only(weights).isReleased()).isTrue();
    assertThat(ofScalers.getManagedArrays()).hasSize(before);
    assertThat(ofTemplates.getManagedArrays()).hasSize(templates);
  }

  @Test
  void whatKroneckerComposesHasMemoryOfItsOwnAndWhatDenseComposesHasNot() {
    ScalerSet kronecker = scalers(KRONECKER);
    NamedArrays made = bank(KRONECKER).compose(kronecker);
    assertThat(shares(only(made), only(kronecker.arrays()))).isFalse();
    ScalerSet dense = scalers(DENSE);
    NamedArrays handed = bank(DENSE).compose(dense);
    assertThat(shares(only(handed), only(dense.arrays()))).isTrue();
  }

  @Test
  void scalersOfTheSameSizeAreTheSameArraysAndClosedWithTheResult() {
    ScalerSet scalers = scalers(KRONECKER);
    ScalerSet same = scalers.resize(size(2, 4), Resize.standard());
    assertThat(only(same.arrays())).isSameAs(only(scalers.arrays()));
    same.close();
    assertThat(only(scalers.arrays()).isReleased()).isTrue();
  }

  @Test
  void aPrefixIsAViewAndAWiderGridIsNot() {
    for (Constraint rule : List.of(KRONECKER, DENSE)) {
      ScalerSet scalers = scalers(rule);
      NDArray own = only(scalers.arrays());
      NDArray prefix = only(scalers.resize(size(1, 2), Resize.standard()).arrays());
      NDArray wider = only(scalers.resize(size(2, 8), Resize.standard()).arrays());
      assertThat(prefix.getManager()).isSameAs(ofScalers);
      assertThat(wider.getManager()).isSameAs(ofScalers);
      assertThat(shares(prefix, own)).as(rule.id()).isTrue();
      assertThat(shares(wider, own)).as(rule.id()).isFalse();
    }
  }

  @Test
  void whatAMapGivesIsTheMapsManagersOrOnTheLastAxisTheArrays() {
    NDArray array = ofScalers.ones(new Shape(3, 4));
    NDArray rows = ofTemplates.ones(new Shape(5, 3));
    NDArray columns = ofTemplates.ones(new Shape(5, 4));
    assertThat(AxisMap.apply(rows, array, 0).getManager()).isSameAs(ofTemplates);
    assertThat(AxisMap.apply(columns, array, 1).getManager()).isSameAs(ofScalers);
    assertThat(AxisMap.of(new double[][] {{1, 2, 3}}, array).getManager()).isSameAs(ofScalers);
  }

  @Test
  void aRowMajorCopyIsTheOnlyArrayThatIsLeft() {
    NDArray array = ofScalers.arange(6f).reshape(2, 3).transpose();
    int before = ofScalers.getManagedArrays().size();
    NDArray copy = NamedArrays.rowMajor(array);
    assertThat(ofScalers.getManagedArrays()).hasSize(before + 1);
    assertThat(copy.getManager()).isSameAs(ofScalers);
    assertThat(copy).isEqualTo(array);
    assertThat(shares(copy, array)).isFalse();
    assertThat(NamedArrays.of(Map.of("a", copy)).elements()).isEqualTo(6);
  }

  @Test
  void aCopyOutlivesAnOpenScope() {
    ScalerSet scalers = scalers(KRONECKER);
    ScalerSet copy;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      copy = scalers.resize(size(1, 2), Resize.standard()).copyTo(ofTemplates);
    }
    assertThat(only(copy.arrays()).isReleased()).isFalse();
    assertThat(only(copy.arrays()).getManager()).isSameAs(ofTemplates);
  }
}
