package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader.Kind;
import io.github.weit.core.engine.WeitEngine;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of every version of the format load for ever. Each folder has templates of 64x2, and the
 * scalers and weights of 32x1 that were composed from them without a fit.
 */
class FormatVersionsTest {

  private static Path file(int version, String name) throws URISyntaxException {
    String resource = "/format/" + version + "/" + name + ".safetensors";
    return Path.of(FormatVersionsTest.class.getResource(resource).toURI());
  }

  @ParameterizedTest
  @ValueSource(ints = 1)
  void templatesComposeTheWeightsThatWereWrittenWithThem(int version) throws Exception {
    Size size = new Size(32, 1);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(file(version, "templates"), manager);
        SizedModel stored = SizedModel.load(file(version, "weights"), manager);
        Artefact scalers = Artefact.load(file(version, "scalers"), Kind.SCALERS, manager);
        ScalerSet resized = templates.scalersFor(size, Resize.standard(), manager);
        SizedModel composed = templates.compose(size, manager)) {
      assertThat(templates.size()).isEqualTo(new Size(64, 2));
      assertThat(templates.family()).isEqualTo(stored.family());
      assertThat(templates.provenance())
          .containsEntry("seed", "0")
          .containsEntry("steps", "4")
          .containsEntry("data.classes", "c0\nc1\nc2");
      assertThat(stored.size()).isEqualTo(size);
      assertThat(composed.weights().names()).isEqualTo(stored.weights().names());
      stored
          .weights()
          .forEach(
              (name, weight) ->
                  assertThat(composed.weights().get(name).toFloatArray())
                      .as(name)
                      // sums of products round otherwise on other processors; isEqualTo would
                      // ignore it
                      .usingComparatorWithPrecision(1e-6f)
                      .containsExactly(weight.toFloatArray()));
      scalers
          .scalers()
          .arrays()
          .forEach(
              (name, array) ->
                  assertThat(resized.arrays().get(name).toFloatArray())
                      .as(name)
                      .isEqualTo(array.toFloatArray()));
    }
  }

  @Test
  void templatesAreWrittenAsTheyAreRead(@TempDir Path folder) throws Exception {
    Path copy = folder.resolve("copy.safetensors");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(file(1, "templates"), manager)) {
      templates.save(copy);
      assertThat(templates.bank().arrays().elements()).isPositive();
    }
    assertThat(copy).hasSameBinaryContentAs(file(1, "templates"));
  }
}
