package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Constraint;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SupernetCutTest {

  private NDManager manager;
  private Templates supernet;
  private SizedModel full;

  @BeforeEach
  void untrained() {
    manager = Tiny.manager();
    supernet = learnt(Tiny.VIT, new Size(12, 3), new DenseConstraint(), manager);
    full = supernet.compose(new Size(12, 3), manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static Templates learnt(Family family, Size size, Constraint constraint, NDManager manager) {
    var types = family.weights(size);
    return new Templates(
        family,
        size,
        TemplateBank.create(constraint, types, manager, new Seed(2)),
        ScalerSet.create(constraint, types, manager, new Seed(2)),
        Map.of());
  }

  private static int[] first(int count) {
    return IntStream.range(0, count).toArray();
  }

  @Test
  void aSmallerSizeIsTheFirstFeaturesOfTheFirstLayers() {
    try (SizedModel found =
        new SupernetCut(supernet, 0.5).initialise(new Size(8, 2), manager, new Seed(1))) {
      found
          .weights()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .as(name)
                      .isEqualTo(NaivePick.vit(Tiny.VIT, full, name, first(8), first(16))));
      assertThat(found.weights().names()).doesNotContain("blocks.2.norm1.weight");
    }
  }

  @Test
  void aWiderSizeIsTiledAndItsColumnsShared() {
    int[] width = IntStream.range(0, 16).map(i -> i % 12).toArray();
    int[] hidden = IntStream.range(0, 32).map(i -> i % 24).toArray();
    try (SizedModel found =
        new SupernetCut(supernet, 0).initialise(new Size(16, 3), manager, new Seed(1))) {
      float[] expected = NaivePick.vit(Tiny.VIT, full, "blocks.1.mlp.fc2.weight", width, hidden);
      for (int i = 0; i < expected.length; i++) {
        expected[i] /= i % 32 % 24 < 8 ? 2 : 1; // the first 8 hidden features have copies
      }
      assertThat(found.weights().get("blocks.1.mlp.fc2.weight").toFloatArray()).isEqualTo(expected);
      assertThat(found.weights().get("pos_embed").toFloatArray())
          .isEqualTo(NaivePick.vit(Tiny.VIT, full, "pos_embed", width, hidden));
    }
  }

  @Test
  void aDeeperSizeIsInterpolated() {
    try (SizedModel found =
        new SupernetCut(supernet, 0).initialise(new Size(12, 5), manager, new Seed(1))) {
      String name = "attn.qkv.weight";
      float[] zero = full.weights().get("blocks.0." + name).toFloatArray();
      float[] one = full.weights().get("blocks.1." + name).toFloatArray();
      float[] second = found.weights().get("blocks.1." + name).toFloatArray();
      for (int i = 0; i < zero.length; i++) {
        assertThat(Math.abs(second[i] - (zero[i] + one[i]) / 2)).isLessThan(1e-7f);
      }
      assertThat(found.weights().get("blocks.2." + name).toFloatArray()).isEqualTo(one);
    }
  }

  @Test
  void aResNetIsCutInEveryStage() {
    Templates net = learnt(Tiny.RES_NET, Size.parse("8x2-3"), new DenseConstraint(), manager);
    try (SizedModel whole = net.compose(net.size(), manager);
        SizedModel found =
            new SupernetCut(net, 0).initialise(Size.parse("4x1-2"), manager, new Seed(1))) {
      String name = "layer2.0.conv1.weight";
      var array = whole.weights().get(name);
      assertThat(found.weights().get(name).toFloatArray())
          .isEqualTo(
              NaivePick.pick(
                  array.toFloatArray(),
                  array.getShape().getShape().clone(),
                  new int[][] {first(8), first(4), first(3), first(3)}));
      assertThat(found.weights().names())
          .contains("layer2.1.conv2.weight")
          .doesNotContain("layer2.2.conv2.weight", "layer1.1.conv1.weight");
    }
  }

  @Test
  void oneSeedGivesOneModelAndTheSupernetIsLeftAlone() {
    Map<String, float[]> before = Tiny.values(supernet.scalers().arrays());
    Map<String, float[]> one = weights(1);
    assertThat(weights(1)).usingRecursiveComparison().isEqualTo(one);
    assertThat(weights(2).get("head.weight")).isNotEqualTo(one.get("head.weight"));
    assertThat(Tiny.values(supernet.scalers().arrays()))
        .usingRecursiveComparison()
        .isEqualTo(before);
  }

  private Map<String, float[]> weights(long seed) {
    try (SizedModel found =
        new SupernetCut(supernet, 0.5).initialise(new Size(24, 3), manager, new Seed(seed))) {
      return Tiny.values(found);
    }
  }

  @Test
  void refusesWhatItHasNotLearnt() {
    SupernetCut cut = new SupernetCut(supernet, 0);
    assertThat(cut.name()).isEqualTo("supernet");
    assertThat(cut.refusal(new Size(20, 9))).isEmpty();
    assertThat(cut.refusal(new Size(10, 2)).orElseThrow()).contains("width 10");
    Templates net = learnt(Tiny.RES_NET, Size.parse("4x1-1"), new DenseConstraint(), manager);
    assertThat(new SupernetCut(net, 0).refusal(Size.parse("4x1-2")).orElseThrow())
        .contains("layer2.{1}");
    Templates kronecker = learnt(Tiny.VIT, new Size(8, 2), new KroneckerConstraint(), manager);
    assertThatThrownBy(() -> new SupernetCut(kronecker, 0))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("dense", "kronecker");
  }
}
