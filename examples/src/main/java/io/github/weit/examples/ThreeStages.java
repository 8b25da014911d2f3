package io.github.weit.examples;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.scalers.OrdinaryTraining;
import io.github.weit.scalers.TaughtFit;
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

/**
 * The three stages in plain calls, without the command line: learn templates, fit scalers for a
 * size that was never trained, train the model that they compose. Put your own images in place of
 * the embedded ones, for example with {@link io.github.weit.training.data.ImageFolders}.
 */
public final class ThreeStages {

  private final NDManager manager;
  private final ImageSet images = EmbeddedFashionMnist.train();
  private final Normalisation normalisation = Normalisation.of(images);
  private final Vit vit = Vit.small(28, 1, 10);
  private final Seed seed = new Seed(1);
  private final TrainingListener progress =
      TrainingListener.every(50, report -> System.out.println(Progress.line(report)));

  private ThreeStages(NDManager manager) {
    this.manager = manager;
  }

  /**
   * @param arguments the folder for the files, {@code runs/stages} if there is none
   */
  public static void main(String[] arguments) {
    run(Path.of(arguments.length > 0 ? arguments[0] : "runs/stages"), 500, 100, 200);
  }

  static void run(Path folder, long pretrainSteps, long fitSteps, long trainSteps) {
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("auto"))) {
      ThreeStages stages = new ThreeStages(manager);
      Path file = folder.resolve("templates.safetensors");
      stages.learnTemplates(file, pretrainSteps);
      SizedModel model = stages.composeAndFit(file, new Size(64, 6), fitSteps);
      System.out.println("fitted:  " + stages.measured(model));
      SizedModel trained = stages.train(model, trainSteps);
      System.out.println("trained: " + stages.measured(trained));
      trained.save(folder.resolve("model-64x6.safetensors"));
    }
  }

  /** Stage 1: templates and scalers are learnt together, half of the steps at smaller sizes. */
  private void learnTemplates(Path file, long steps) {
    Recipe recipe = PretrainPlan.recipe(steps, 64);
    PretrainPlan plan = PretrainPlan.of(vit, new Size(96, 4), recipe);
    try (Pretraining pretraining = new Pretraining(plan, seed, manager)) {
      pretraining.run(
          recipe.batches(images, normalisation, seed.child("data")), progress, () -> false);
      pretraining.artefact(DataFacts.of(images, normalisation)).save(file);
    }
  }

  /** Stage 2: templates are frozen, the few scalers of the new size learn from the full size. */
  private SizedModel composeAndFit(Path file, Size size, long steps) {
    try (Templates templates = Templates.load(file, manager)) {
      return TaughtFit.tuned()
          .withSteps(steps)
          .withSeed(seed)
          .withListener(progress)
          .run(templates, size, images, manager);
    }
  }

  /** Stage 3: the constraint is gone, all weights are trained as usual. */
  private SizedModel train(SizedModel model, long steps) {
    Recipe recipe = Recipe.tuning(steps, 64);
    return OrdinaryTraining.of(recipe)
        .withSeed(seed)
        .withListener(progress)
        .run(model, images, normalisation);
  }

  private Evaluation measured(SizedModel model) {
    EvaluationBatches test = new EvaluationBatches(EmbeddedFashionMnist.test(), normalisation, 250);
    return Evaluator.evaluate(manager, test, model::logits);
  }
}
