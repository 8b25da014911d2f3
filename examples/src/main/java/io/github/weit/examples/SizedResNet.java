package io.github.weit.examples;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.CalibrationImages;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Evaluation;
import io.github.weit.training.Evaluator;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.EvaluationBatches;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.metrics.Progress;
import java.nio.file.Path;
import java.util.List;

/**
 * Residual networks of any width and depths from one pre-training. What differs from transformers:
 * a size has a depth per stage, and a composed model measures the running statistics of its batch
 * norms on some training images before it predicts.
 */
public final class SizedResNet {

  private SizedResNet() {}

  /**
   * @param arguments the file for the templates, {@code runs/resnet.safetensors} if there is none
   */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments.length > 0 ? arguments[0] : "runs/resnet.safetensors");
    learnTemplates(file, 400);
    for (String size : List.of("16x2-2-2", "8x2-2-2", "16x1-2-1", "24x2-2-2")) {
      System.out.println(size + " without any training: " + evaluate(file, Size.parse(size)));
    }
  }

  static void learnTemplates(Path file, long steps) {
    ImageSet images = EmbeddedFashionMnist.train();
    Normalisation normalisation = Normalisation.of(images);
    Recipe recipe = PretrainPlan.recipe(steps, 64);
    Seed seed = new Seed(1);
    PretrainPlan plan = PretrainPlan.of(ResNet.small(28, 1, 10), Size.parse("16x2-2-2"), recipe);
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("auto"));
        Pretraining pretraining = new Pretraining(plan, seed, manager)) {
      TrainingListener progress =
          TrainingListener.every(50, report -> System.out.println(Progress.line(report)));
      pretraining.run(recipe.batches(images, normalisation, seed), progress, () -> false);
      pretraining.artefact(DataFacts.of(images, normalisation)).save(file);
    }
  }

  /**
   * Composes a size, measures its running statistics, and counts what it knows. After training of
   * your own they must be measured anew; {@link io.github.weit.scalers.OrdinaryTraining} does.
   */
  static Evaluation evaluate(Path file, Size size) {
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("auto"));
        Templates templates = Templates.load(file, manager)) {
      Normalisation normalisation = DataFacts.normalisation(templates.provenance());
      SizedModel composed = templates.compose(size, manager);
      SizedModel model =
          CalibrationImages.calibrate(composed, EmbeddedFashionMnist.train(), normalisation);
      return Evaluator.evaluate(
          manager,
          new EvaluationBatches(EmbeddedFashionMnist.test(), normalisation, 250),
          model::logits);
    }
  }
}
