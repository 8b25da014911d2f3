package io.github.weit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ModelInfo;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.Vit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposeModelTest {

  private static final Path ROOT = Path.of("..");

  @Test
  void readmeShowsTheLinesThatAreCompiledHere() throws Exception {
    Path source = ROOT.resolve("examples/src/main/java/io/github/weit/examples/ComposeModel.java");
    List<String> lines = Files.readAllLines(source);
    String shown =
        String.join(
                "\n",
                lines.subList(
                    lines.indexOf("    // README: begin") + 1, lines.indexOf("    // README: end")))
            .indent(-4);
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(shown).hasLineCount(6);
    assertThat(readme).contains("```java\n" + shown + "```");
  }

  @Test
  void composesAModelThatWasNeverTrained(@TempDir Path folder) {
    Path file = folder.resolve("templates.safetensors");
    Vit vit = Vit.small(28, 1, 10);
    Size trained = new Size(64, 2);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      KroneckerConstraint kronecker = new KroneckerConstraint();
      TemplateBank bank =
          TemplateBank.create(kronecker, vit.weights(trained), manager, new Seed(1));
      ScalerSet scalers = ScalerSet.create(kronecker, vit.weights(trained), manager, new Seed(1));
      ModelInfo model = new ModelInfo(vit.id(), vit.options(), trained.toString());
      Artefact.ofTemplates(model, bank, scalers, Map.of()).save(file);
    }
    float[] logits = ComposeModel.logits(file, new Size(96, 3));
    assertThat(logits).hasSize(10).doesNotContain(Float.NaN);
    assertThat(logits).isNotEqualTo(ComposeModel.logits(file, new Size(32, 1)));
  }
}
