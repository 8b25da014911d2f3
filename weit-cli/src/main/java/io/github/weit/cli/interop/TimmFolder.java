package io.github.weit.cli.interop;

import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.models.SizedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folder that {@code timm.create_model('local-dir:FOLDER', pretrained=True)} loads: weights
 * under timm's names and the configuration that makes a model of their size.
 */
public final class TimmFolder {

  private static final String WEIGHTS = "model.safetensors";
  private static final String CONFIG = "config.json";

  private TimmFolder() {}

  /** The files of a folder. */
  public static List<Path> files(Path folder) {
    return List.of(folder.resolve(WEIGHTS), folder.resolve(CONFIG));
  }

  /**
   * Writes both files, each as a whole or not at all.
   *
   * @param facts class names and normalisation, if they are known
   * @throws io.github.weit.core.WeitException if the family has no such form, or the file system
   *     refuses
   */
  public static void write(SizedModel model, Optional<ImageFacts> facts, Path folder) {
    String config = TimmConfig.of(model, facts);
    List<TensorData> tensors = new ArrayList<>();
    model.arrays().forEach((name, array) -> tensors.add(TensorData.of(name, array)));
    SafeTensorsWriter.write(folder.resolve(WEIGHTS), Map.of("format", "pt"), tensors);
    AtomicFile.writeText(folder.resolve(CONFIG), config);
  }
}
