package io.github.weit.cli.interop;

import io.github.weit.core.WeitException;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.models.SizedModel;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The file of weights that timm and torchvision load with {@code strict=True}: ours, and for every
 * batch norm the count of training steps that PyTorch keeps beside its running statistics; 0, since
 * they are measured anew here and no count goes with them.
 */
final class LibraryWeights {

  static final String FILE = "model.safetensors";

  private static final String MEAN = ".running_mean";
  private static final String COUNTER = ".num_batches_tracked";

  private LibraryWeights() {}

  /**
   * Writes {@code folder/model.safetensors} as a whole or not at all.
   *
   * @throws WeitException if the model needs calibration, or the file system refuses
   */
  static void write(SizedModel model, Path folder) {
    requireMeasured(model, folder);
    List<TensorData> tensors = new ArrayList<>();
    model
        .arrays()
        .forEach(
            (name, array) -> {
              tensors.add(TensorData.of(name, array));
              if (name.endsWith(MEAN)) {
                String norm = name.substring(0, name.length() - MEAN.length());
                tensors.add(zero(norm + COUNTER));
              }
            });
    SafeTensorsWriter.write(folder.resolve(FILE), Map.of("format", "pt"), tensors);
  }

  private static void requireMeasured(SizedModel model, Path folder) {
    if (model.needsCalibration()) {
      throw new WeitException(
          "cannot write %s: the running statistics of its batch norms have not been measured; calibrate or train the model first"
              .formatted(folder));
    }
  }

  private static TensorData zero(String name) {
    return new TensorData(name, DType.I64, List.of(), ByteBuffer.allocate(Long.BYTES));
  }
}
