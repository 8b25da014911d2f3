package io.github.weit.cli.interop;

import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.models.SizedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The folder that {@code timm.create_model('local-dir:FOLDER', pretrained=True)} loads: weights
 * under timm's names and the configuration that makes a model of their size.
 */
public final class TimmFolder {

  private TimmFolder() {}

  /** The files of a folder. */
  public static List<Path> files(Path folder) {
    return List.of(folder.resolve(LibraryWeights.FILE), folder.resolve(CheckpointFolder.CONFIG));
  }

  /**
   * Writes both files, each as a whole or not at all.
   *
   * @param facts class names and normalisation, if they are known
   * @throws io.github.weit.core.WeitException if timm cannot make the model, the model needs
   *     calibration, or the file system refuses
   */
  public static void write(SizedModel model, Optional<ImageFacts> facts, Path folder) {
    String config = TimmConfig.of(model, facts);
    LibraryWeights.write(model, folder);
    AtomicFile.writeText(folder.resolve(CheckpointFolder.CONFIG), config);
  }
}
