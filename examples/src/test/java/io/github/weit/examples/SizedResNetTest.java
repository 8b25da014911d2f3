package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.models.Size;
import io.github.weit.training.Evaluation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizedResNetTest {

  @Test
  void evaluatesASizeThatIsNarrowerAndShallower(@TempDir Path folder) {
    Path file = folder.resolve("templates.safetensors");
    SizedResNet.learnTemplates(file, 2);
    Evaluation found = SizedResNet.evaluate(file, Size.parse("8x1-1-1"));
    assertThat(found.count()).isEqualTo(EmbeddedFashionMnist.test().size());
    assertThat(found.loss()).isFinite();
  }
}
