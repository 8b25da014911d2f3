package io.github.weit.examples;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.DenseImport;
import io.github.weit.models.Family;
import io.github.weit.models.Preset;
import io.github.weit.models.Presets;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.templates.NearestTemplates;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A checkpoint of timm or torchvision becomes templates, and those a model of another size. It is a
 * start for pre-training (in the command line: {@code weit pretrain --from}), not its end: see
 * docs/method-history.md for how much of a checkpoint N products keep.
 */
public final class FromCheckpoint {

  private FromCheckpoint() {}

  /**
   * @param arguments a safetensors file, the preset that it is of, and the size that is wanted, for
   *     example {@code model.safetensors resnet18 128x2-2-2-2}
   */
  public static void main(String[] arguments) {
    Preset preset = Presets.of(arguments[1]);
    compose(Path.of(arguments[0]), preset.family(), preset.size(), Size.parse(arguments[2]));
  }

  /** Returns the numbers in the new model's weights. */
  static long compose(Path checkpoint, Family family, Size from, Size to) {
    Seed seed = new Seed(1);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"));
        DenseImport dense =
            DenseImport.read(checkpoint, family, from, DenseImport.Mode.STRICT, manager, seed);
        NearestTemplates nearest =
            NearestTemplates.of(dense.model(), new KroneckerConstraint(), seed, manager);
        SizedModel model = nearest.templates().compose(to, manager)) {
      nearest
          .report()
          .forEach(
              type ->
                  System.out.printf(
                      Locale.ROOT,
                      "%-40s %3d templates keep %5.1f %%%n",
                      type.weights(),
                      type.terms(),
                      100 * type.explained()));
      System.out.println(to + ": " + model.cost());
      return model.weights().elements();
    }
  }
}
