package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.LayerMixConstraint;
import io.github.weit.core.LayerMixConstraint.Rule;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedLayersTest {

  private static final Size FULL = new Size(8, 6);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Tiny.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private SharedLayers shared(Rule rule) {
    return new SharedLayers(
        SupernetCutTest.learnt(Tiny.VIT, FULL, new LayerMixConstraint(rule), manager));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6, 9})
  void linearLayersAreOneAndAnotherTimesTheRelativeDepth(int depth) {
    SharedLayers tleg = shared(Rule.LINEAR);
    Map<String, float[]> learnt = Tiny.values(tleg.learnt().scalers().arrays());
    try (SizedModel found = tleg.initialise(new Size(8, depth), manager, new Seed(1))) {
      for (int layer = 1; layer <= depth; layer++) {
        for (String name : new String[] {"attn.qkv.weight", "mlp.fc2.weight", "norm1.weight"}) {
          float[] both = learnt.get("blocks.{}." + name);
          float[] own = found.weights().get("blocks." + (layer - 1) + "." + name).toFloatArray();
          assertThat(own).hasSize(both.length / 2);
          for (int i = 0; i < own.length; i++) {
            double expected = both[i] + layer / (double) depth * both[own.length + i];
            assertThat(Math.abs(own[i] - expected)).isLessThan(1e-6);
          }
        }
      }
      for (String name : new String[] {"pos_embed", "patch_embed.proj.weight", "head.weight"}) {
        assertThat(found.weights().get(name).toFloatArray()).as(name).isEqualTo(learnt.get(name));
      }
    }
  }

  @Test
  void stagesRepeatTheirLayer() {
    SharedLayers sws = shared(Rule.STAGES);
    float[] five = sws.learnt().scalers().arrays().get("blocks.{}.mlp.fc1.weight").toFloatArray();
    int length = five.length / 5;
    int[] stages = {0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4};
    try (SizedModel found = sws.initialise(new Size(8, 12), manager, new Seed(1))) {
      for (int layer = 0; layer < 12; layer++) {
        float[] own = found.weights().get("blocks." + layer + ".mlp.fc1.weight").toFloatArray();
        assertThat(own).hasSize(length);
        for (int i = 0; i < length; i++) {
          assertThat(own[i]).isEqualTo(five[stages[layer] * length + i]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFullSizeIsWhatWasTrained(Rule rule) {
    SharedLayers shared = shared(rule);
    try (SizedModel found = shared.initialise(FULL, manager, new Seed(1))) {
      Map<String, float[]> trained =
          Tiny.values(shared.learnt().bank().compose(shared.learnt().scalers()));
      found
          .weights()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .as(name)
                      .containsExactly(trained.get(name), offset(1e-6f)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesOtherWidths(Rule rule) {
    SharedLayers shared = shared(rule);
    assertThat(shared.name()).isEqualTo(rule == Rule.LINEAR ? "tleg" : "sws");
    assertThat(shared.refusal(new Size(8, 1))).isEmpty();
    assertThat(shared.refusal(new Size(8, 30))).isEmpty();
    assertThat(shared.refusal(new Size(12, 6)).orElseThrow()).contains("width 8");
    assertThatThrownBy(() -> shared.initialise(new Size(4, 6), manager, new Seed(1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("4x6");
  }

  @Test
  void refusesWhatIsLearntUnderAnotherConstraint() {
    Templates dense = SupernetCutTest.learnt(Tiny.VIT, FULL, new DenseConstraint(), manager);
    assertThatThrownBy(() -> new SharedLayers(dense))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("layer-mix", "dense");
  }
}
