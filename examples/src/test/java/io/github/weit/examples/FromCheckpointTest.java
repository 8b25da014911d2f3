package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Vit;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FromCheckpointTest {

  @Test
  void composesAnotherSizeFromADenseFile(@TempDir Path folder) {
    Vit vit = Vit.small(8, 1, 3);
    Path file = folder.resolve("checkpoint.safetensors");
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        SizedModel dense = SizedModel.random(vit, new Size(64, 2), manager, new Seed(3))) {
      dense.artefact(Map.of()).save(file);
    }
    Size wanted = new Size(32, 3);
    assertThat(FromCheckpoint.compose(file, vit, new Size(64, 2), wanted))
        .isEqualTo(vit.cost(wanted).parameters());
  }
}
