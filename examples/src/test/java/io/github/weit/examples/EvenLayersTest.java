package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Fitting;
import io.github.weit.baselines.Initialiser;
import io.github.weit.baselines.Parent;
import io.github.weit.baselines.Rival;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvenLayersTest {

  private static final Vit VIT = Vit.small(8, 1, 2);
  private static final Size FULL = new Size(32, 3);

  @TempDir private Path folder;

  @Test
  void aRivalIsFoundOnTheClassPath() {
    assertThat(Rival.onClassPath()).extracting(Rival::id).containsExactly("even-layers");
  }

  @Test
  void layersOfTheParentAreTakenAtOtherDepths() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates parent = parent(manager);
        SizedModel dense = parent.compose(FULL, manager)) {
      Initialiser layers = initialiser(parent);
      assertThat(layers.refusal(new Size(64, 2))).hasValueSatisfying(this::namesTheWidth);
      assertThatThrownBy(() -> layers.initialise(new Size(64, 2), manager, new Seed(0)))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("even-layers has nothing for 64x2");
      int[][] sources = {{0, 1}, {0, 0, 1, 1, 2, 2}};
      for (int[] source : sources) {
        Size size = new Size(32, source.length);
        try (SizedModel model = layers.initialise(size, manager, new Seed(0))) {
          assertThat(values(model.weights(), "pos_embed"))
              .isEqualTo(values(dense.weights(), "pos_embed"));
          for (int i = 0; i < source.length; i++) {
            String weight = ".mlp.fc1.weight";
            assertThat(values(model.weights(), "blocks." + i + weight))
                .isEqualTo(values(dense.weights(), "blocks." + source[i] + weight));
          }
        }
      }
      assertThat(dense.weights().get("pos_embed").isReleased()).isFalse();
    }
  }

  private void namesTheWidth(String sentence) {
    assertThat(sentence).contains("a width of 32");
  }

  private static float[] values(NamedArrays arrays, String name) {
    return arrays.get(name).toFloatArray();
  }

  private static Initialiser initialiser(Templates parent) {
    byte[] pixels = new byte[8 * 8 * 4];
    ImageSet images =
        ImageSet.of("four", List.of("a", "b"), 1, 8, 8, new int[] {0, 1, 0, 1}, pixels);
    Fitting fitting =
        Fitting.of(images, new Normalisation(List.of(0.5), List.of(0.5)), Recipe.of(1, 2));
    return new EvenLayers().initialiser(new Rival.Ingredients(VIT, Optional.of(parent), fitting));
  }

  private Templates parent(NDManager manager) {
    PretrainPlan plan = Parent.DENSE.plan(PretrainPlan.of(VIT, FULL, Recipe.of(1, 2)));
    Path file = folder.resolve("dense.safetensors");
    try (Pretraining untrained = new Pretraining(plan, new Seed(3), manager)) {
      untrained.artefact(Map.of()).save(file);
    }
    return Templates.load(file, manager);
  }
}
