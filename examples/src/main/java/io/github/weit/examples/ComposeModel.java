package io.github.weit.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import java.nio.file.Path;
import java.util.Arrays;

/** Builds a model of a size that was never trained, from an artefact of templates. */
public final class ComposeModel {

  private ComposeModel() {}

  /**
   * @param arguments the artefact and a size, for example {@code runs/demo/templates.safetensors
   *     64x3}
   */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    Size size = Size.parse(arguments[1]);
    System.out.println("logits of a black image: " + Arrays.toString(logits(file, size)));
  }

  static float[] logits(Path file, Size size) {
    // README: begin
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Templates templates = Templates.load(file, manager);
      SizedModel model = templates.compose(size, manager); // any width and depth
      NDArray images = manager.zeros(model.family().inputShape(1)); // (1, channels, height, width)
      return model.logits(images).toFloatArray();
    }
    // README: end
  }
}
