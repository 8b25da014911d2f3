package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose arrays are whole, of a model that cannot be. */
class StoredTest {

  private static final Vit VIT = BrokenFamilies.VIT;
  private static final Size SIZE = new Size(16, 2);
  private static final Seed SEED = new Seed(1);

  @TempDir private Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Templates templates() {
    KroneckerConstraint kronecker = new KroneckerConstraint();
    return new Templates(
        VIT,
        SIZE,
        TemplateBank.create(kronecker, VIT.weights(SIZE), manager, SEED),
        ScalerSet.create(kronecker, VIT.weights(SIZE), manager, SEED),
        Map.of());
  }

  /** The same file, of images whose patches are more than an int counts. */
  private Path ofHugeImages(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    String text = new String(header, StandardCharsets.UTF_8);
    String huge = text.replaceFirst("(image_size\\W+)8\\b", "$1185368");
    assertThat(huge).isNotEqualTo(text);
    byte[] edited = huge.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + edited.length + bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(edited.length).put(edited).put(bytes);
    return Files.write(file, all.array());
  }

  @Test
  void aModelThatIsTooLargeToBeOneIsAClearErrorAndNothingStaysOpen() throws IOException {
    Path weights = folder.resolve("weights.safetensors");
    Path learnt = folder.resolve("templates.safetensors");
    Path scalers = folder.resolve("scalers.safetensors");
    try (Templates templates = templates();
        SizedModel model = templates.compose(SIZE, manager)) {
      model.save(weights);
      templates.save(learnt);
      Scalers.of(templates, SIZE, templates.scalers(), Map.of()).save(scalers);
    }
    for (Path file : List.of(weights, learnt, scalers)) {
      ofHugeImages(file);
    }
    assertThat(manager.getManagedArrays()).isEmpty();
    refused(weights, () -> SizedModel.load(weights, manager));
    refused(learnt, () -> Templates.load(learnt, manager));
    refused(scalers, () -> Scalers.load(scalers, manager));
  }

  private void refused(Path file, Runnable load) {
    assertThatThrownBy(load::run)
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(file.toString(), "too large to be one");
    assertThat(manager.getManagedArrays()).isEmpty();
  }
}
