package io.github.weit.scalers;

import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.SizedModel;
import io.github.weit.training.Classification;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import io.github.weit.training.optim.ParameterGroup;
import io.github.weit.training.optim.ParameterGroups;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Stage 3 in one call: the constraint is gone, and all weights of a model are trained as usual, on
 * labelled images.
 *
 * <pre>{@code
 * SizedModel trained = OrdinaryTraining.of(Recipe.tuning(2_000, 64)).run(model, images, normalisation);
 * }</pre>
 *
 * <p>For checkpoints, measurements in between or another loss there is {@link TrainingLoop} with
 * {@link #network}.
 *
 * @param recipe how
 * @param seed decides the order of the images and what the recipe draws
 * @param listener is told of every step
 * @param stop ends the training early, as an interrupt of the thread does; what was learnt until
 *     then is the result
 */
public record OrdinaryTraining(
    Recipe recipe, Seed seed, TrainingListener listener, BooleanSupplier stop) {

  public static OrdinaryTraining of(Recipe recipe) {
    return new OrdinaryTraining(recipe, new Seed(0), TrainingListener.NONE, () -> false);
  }

  public OrdinaryTraining withSeed(Seed value) {
    return new OrdinaryTraining(recipe, value, listener, stop);
  }

  public OrdinaryTraining withListener(TrainingListener value) {
    return new OrdinaryTraining(recipe, seed, value, stop);
  }

  public OrdinaryTraining withStop(BooleanSupplier value) {
    return new OrdinaryTraining(recipe, seed, listener, value);
  }

  /** A model as a recipe trains it: with its stochastic depth, in its precision. */
  public static Classification network(SizedModel model, Recipe recipe) {
    return (step, images) ->
        model
            .family()
            .forward(
                model.weights(),
                model.size(),
                images,
                Pass.training(recipe.dropPath(), step.seed()).withPrecision(recipe.precision()));
  }

  /**
   * A model's weights as a recipe trains them: matrices and kernels decay; gains, biases and
   * embeddings of places do not, as their types say ({@link WeightType#decayed}).
   */
  public static List<ParameterGroup> groups(SizedModel model, Recipe recipe) {
    ParameterGroups groups = new ParameterGroups();
    for (WeightType type : model.family().weights(model.size())) {
      double decay = type.decayed() ? recipe.weightDecay() : 0;
      type.parameterNames().forEach(name -> groups.add(name, 1, decay));
    }
    return groups.list();
  }

  /**
   * Trains, adopts the running average of the weights if the recipe keeps one, and measures the
   * statistics of batch norms where there are some.
   *
   * @param model whose weights are trained in place. Statistics that it has are of other weights
   *     then, and are closed
   * @param images labelled, of the model's shape and classes
   * @param normalisation of those that the model was made for, {@code
   *     DataFacts.normalisation(templates.provenance())}; of the images themselves if it is new to
   *     all
   * @return the model to go on with, of the same weights; its provenance says what these images are
   * @throws io.github.weit.core.WeitException if the images have another shape or number of classes
   * @throws io.github.weit.training.DivergedException if a loss or gradient is not finite; the
   *     weights then are those of the step before, and statistics that the model has are of those
   *     before the first
   */
  public SizedModel run(SizedModel model, ImageSet images, Normalisation normalisation) {
    Family family = model.family();
    images.requireFor(family + "", family.inputShape(), family.classes());
    try (TrainingLoop loop =
            new TrainingLoop(
                model.weights(), groups(model, recipe), recipe.loop(seed.child("train")));
        BatchStream batches = recipe.batches(images, normalisation, seed.child("data")).open(0)) {
      loop.run(batches::next, network(model, recipe), listener, stop);
      loop.adoptAverage();
      model.statistics().close();
    }
    Map<String, String> history = new TreeMap<>(model.provenance());
    history.putAll(DataFacts.of(images, normalisation));
    SizedModel trained =
        new SizedModel(family, model.size(), model.weights()).withProvenance(history);
    return CalibrationImages.calibrate(trained, images, normalisation);
  }
}
