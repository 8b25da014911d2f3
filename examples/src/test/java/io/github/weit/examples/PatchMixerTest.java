package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Resize;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Families;
import io.github.weit.models.FamilyCheck;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchMixerTest {

  private static final PatchMixer MIXER = new PatchMixer(28, 1, 7, 10);
  private static final Size FULL = new Size(32, 2);

  @TempDir private Path folder;

  private final NDManager manager = WeitEngine.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void itKeepsWhatEveryFamilyMust() {
    FamilyCheck.require(MIXER, List.of(FULL, new Size(16, 3)), manager);
  }

  /** Of one patch in one layer. */
  @Test
  void multiplicationsAreCounted() {
    assertThat(new PatchMixer(2, 1, 2, 3).cost(new Size(16, 1)).macs())
        .isEqualTo(16 * 4 + 2 * 16 * 16 + 2 * 16 * 64 + 16 * 3);
  }

  @Test
  void whatIsNoMixerIsRefused() {
    assertThatThrownBy(() -> new PatchMixer(28, 1, 5, 10))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("28 pixels", "patches of 5");
    assertThatThrownBy(() -> Families.of(PatchMixer.ID, Map.of("image_size", "28")))
        .hasMessageContaining("option 'channels' is missing");
  }

  @Test
  void templatesOfItAreLearntKeptAndComposeOtherSizes() {
    try (Templates templates = learnt()) {
      assertThat(templates.family()).isEqualTo(MIXER);
      NDArray images = manager.arange(2f * 28 * 28).sin().reshape(MIXER.inputShape(2));
      for (Size size : List.of(new Size(16, 1), new Size(48, 4))) {
        try (SizedModel model = templates.compose(size, manager)) {
          NDArray logits = model.logits(images);
          assertThat(logits.getShape()).isEqualTo(new Shape(2, 10));
          assertThat(logits.toFloatArray()).doesNotContain(Float.NaN);
        }
      }
      float[] full = templates.compose(FULL, manager).logits(images).toFloatArray();
      SizedModel wide = templates.compose(new Size(64, 2), Resize.standard(), manager);
      assertThat(wide.logits(images).toFloatArray()).containsExactly(full, within(1e-4f));
    }
  }

  private Templates learnt() {
    ImageSet images = EmbeddedFashionMnist.train();
    Normalisation normalisation = Normalisation.of(images);
    Recipe recipe = PretrainPlan.recipe(2, 8);
    PretrainPlan plan = PretrainPlan.of(MIXER, FULL, recipe);
    Path file = folder.resolve("mixer.safetensors");
    BatchSource source =
        new BatchSource(images, normalisation, recipe.augmentation(), 8, new Seed(1));
    try (Pretraining pretraining = new Pretraining(plan, new Seed(2), manager);
        BatchStream batches = source.open(0)) {
      pretraining.run(batches::next, TrainingListener.NONE, () -> false);
      pretraining.artefact(DataFacts.of(images, normalisation)).save(file);
    }
    return Templates.load(file, manager);
  }
}
