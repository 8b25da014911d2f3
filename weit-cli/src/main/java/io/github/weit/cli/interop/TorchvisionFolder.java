package io.github.weit.cli.interop;

import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.models.SizedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A residual network for torchvision: weights under its names and a description of the network they
 * fit, see docs/interop.md.
 */
public final class TorchvisionFolder {

  private TorchvisionFolder() {}

  /** The files of a folder. */
  public static List<Path> files(Path folder) {
    return List.of(folder.resolve(LibraryWeights.FILE), folder.resolve(CheckpointFolder.CONFIG));
  }

  /**
   * Writes both files, each as a whole or not at all.
   *
   * @param facts class names and normalisation, if they are known
   * @throws io.github.weit.core.WeitException if the family has no such form, the model needs
   *     calibration, or the file system refuses
   */
  public static void write(SizedModel model, Optional<ImageFacts> facts, Path folder) {
    String config = TorchvisionConfig.of(model, facts);
    LibraryWeights.write(model, folder);
    AtomicFile.writeText(folder.resolve(CheckpointFolder.CONFIG), config);
  }
}
