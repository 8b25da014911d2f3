package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stages at a scale that shows nothing but that each runs and hands on what the next one needs.
 */
class ThreeStagesTest {

  @Test
  void leadsFromImagesToAModelOfANewSize(@TempDir Path folder) {
    ThreeStages.run(folder, 2, 2, 2);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      SizedModel model = SizedModel.load(folder.resolve("model-64x6.safetensors"), manager);
      assertThat(model.size()).isEqualTo(new Size(64, 6));
      float[] logits = model.logits(manager.zeros(model.family().inputShape(2))).toFloatArray();
      assertThat(logits).hasSize(20).doesNotContain(Float.NaN);
    }
  }
}
