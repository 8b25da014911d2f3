package io.github.weit.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StackingTest {

  private static final Seed SEED = new Seed(7);

  private NDManager manager;
  private SizedModel parent;

  @BeforeEach
  void train() {
    manager = Tiny.manager();
    parent = Tiny.model(Tiny.VIT, new Size(8, 3), manager, 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void copiesWholeUnitsEachAsOftenAsAnyOther() {
    for (int seed = 0; seed < 20; seed++) {
      int[] sources = Copies.sources(12, 32, 4, new Seed(seed)); // 3 units to 8
      assertThat(IntStream.of(sources).limit(24).toArray())
          .containsExactly(IntStream.range(0, 24).map(i -> i % 12).toArray());
      assertThat(sources[24] / 4).isNotEqualTo(sources[28] / 4);
      for (int j = 24; j < 32; j++) {
        assertThat(sources[j] % 4).isEqualTo(j % 4);
        assertThat(sources[j] / 4).isEqualTo(sources[j / 4 * 4] / 4);
      }
    }
    assertThat(
            IntStream.range(0, 20).map(i -> Copies.sources(12, 16, 4, new Seed(i))[12]).distinct())
        .containsExactlyInAnyOrder(0, 4, 8);
  }

  @Test
  void depthIsStackedLayerByLayer() {
    try (SizedModel found = new Stacking(parent, 0).initialise(new Size(8, 7), manager, SEED)) {
      found
          .weights()
          .forEach(
              (name, array) -> {
                String source = name;
                for (int layer = 6; layer >= 0; layer--) {
                  source = source.replace("blocks." + layer + ".", "source." + layer % 3 + ".");
                }
                assertThat(array.toFloatArray())
                    .as(name)
                    .isEqualTo(
                        parent.weights().get(source.replace("source.", "blocks.")).toFloatArray());
              });
    }
  }

  @Test
  void theFirstBlockOfAResNetsStageIsKeptAndTheOthersAreStacked() {
    SizedModel small = Tiny.model(Tiny.RES_NET, Size.parse("4x2-3"), manager, 2);
    try (SizedModel found = new Stacking(small, 0).initialise(Size.parse("4x3-6"), manager, SEED)) {
      int[][] sources = {{0, 1, 0}, {0, 1, 2, 1, 2, 1}};
      for (int stage = 1; stage <= 2; stage++) {
        for (int block = 0; block < sources[stage - 1].length; block++) {
          for (String name : new String[] {"conv1.weight", "bn2.weight"}) {
            String prefix = "layer" + stage + ".";
            assertThat(found.weights().get(prefix + block + "." + name).toFloatArray())
                .as(prefix + block + "." + name)
                .isEqualTo(
                    small
                        .weights()
                        .get(prefix + sources[stage - 1][block] + "." + name)
                        .toFloatArray());
          }
        }
      }
      assertThat(new Stacking(small, 0).refusal(Size.parse("4x1-3"))).isPresent();
    }
    SizedModel shallow = Tiny.model(Tiny.RES_NET, Size.parse("4x1-1"), manager, 2);
    assertThat(new Stacking(shallow, 0).refusal(Size.parse("4x1-2")).orElseThrow())
        .contains("layer2.{1}.conv1.weight", "4x1-1");
  }

  @Test
  void widthIsCopiedAndWhatConsumesItShares() {
    Size size = new Size(12, 3); // 2 heads to 3
    int[] width = Copies.sources(8, 12, 4, SEED.child("copies"));
    int[] hidden = Copies.sources(16, 24, 4, SEED.child("copies"));
    try (SizedModel found = new Stacking(parent, 0).initialise(size, manager, SEED)) {
      found
          .weights()
          .forEach(
              (name, array) -> {
                float[] expected = NaivePick.vit(Tiny.VIT, parent, name, width, hidden);
                float[] shared = divided(name, expected, width, hidden);
                assertThat(array.toFloatArray()).as(name).isEqualTo(shared);
              });
    }
  }

  /** Every column by the number of copies of what it reads. */
  private static float[] divided(String name, float[] values, int[] width, int[] hidden) {
    boolean matrix = name.endsWith("weight") && !name.contains("norm");
    if (!matrix || name.startsWith("patch")) {
      return values;
    }
    int[] sources = name.endsWith("fc2.weight") ? hidden : width;
    float[] shared = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int source = sources[i % sources.length];
      shared[i] = values[i] / IntStream.of(sources).filter(other -> other == source).count();
    }
    return shared;
  }

  @Test
  void aVisionTransformerOfAWholeMultipleComputesTheSame() {
    assertThat(difference(Tiny.VIT, parent, new Size(24, 3), 0.5)).isLessThan(2e-5);
    assertThat(difference(Tiny.VIT, parent, new Size(16, 3), 0)).isLessThan(2e-5);
  }

  @Test
  void layerNormTellsUnequalNumbersOfCopies() {
    assertThat(difference(Tiny.VIT, parent, new Size(12, 3), 0)).isGreaterThan(1e-3);
  }

  @Test
  void batchNormDoesNot() {
    SizedModel small = Tiny.model(Tiny.RES_NET, Size.parse("8x1-2"), manager, 2);
    assertThat(difference(Tiny.RES_NET, small, Size.parse("12x1-2"), 0.5)).isLessThan(1e-4);
    assertThat(difference(Tiny.RES_NET, small, Size.parse("8x2-2"), 0.5)).isGreaterThan(1e-3);
  }

  /** The largest difference of logits, relative to the largest logit. */
  private double difference(Family family, SizedModel small, Size size, double unevenness) {
    try (SizedModel found = new Stacking(small, unevenness).initialise(size, manager, SEED)) {
      float[] expected = logits(family, small);
      float[] logits = logits(family, found);
      double largest = 0;
      double scale = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i] - logits[i]));
        scale = Math.max(scale, Math.abs(expected[i]));
      }
      return largest / scale;
    }
  }

  private float[] logits(Family family, SizedModel model) {
    Pass pass = Pass.training(0, new Seed(1)); // batch norms by the batch
    return family
        .forward(model.weights(), model.size(), Tiny.images(manager, 6), pass)
        .toFloatArray();
  }

  @Test
  void oneSeedGivesOneModelAndAnotherOtherCopies() {
    assertThat(weights(7)).usingRecursiveComparison().isEqualTo(weights(7));
    assertThat(IntStream.range(0, 8).mapToObj(i -> weights(i).get("norm.bias")[8]).distinct())
        .hasSize(2);
  }

  private Map<String, float[]> weights(long seed) {
    try (SizedModel found =
        new Stacking(parent, 0.2).initialise(new Size(12, 3), manager, new Seed(seed))) {
      return Tiny.values(found);
    }
  }

  @Test
  void refusesWhatIsSmaller() {
    Stacking stacking = new Stacking(parent, 0);
    assertThat(stacking.name()).isEqualTo("stacking");
    assertThat(stacking.refusal(new Size(8, 3))).isEmpty();
    assertThat(stacking.refusal(new Size(16, 2)).orElseThrow()).contains("8x3");
    assertThat(stacking.refusal(new Size(4, 4))).isEqualTo(stacking.refusal(new Size(16, 2)));
  }
}
