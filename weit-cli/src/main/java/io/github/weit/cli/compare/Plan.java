package io.github.weit.cli.compare;

import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.training.Recipe;
import java.util.List;

/**
 * What a comparison does, apart from data and the templates.
 *
 * @param targets the sizes compared
 * @param seeds each trial is repeated with each of them; they decide random weights, the order of
 *     images and the fit
 * @param fit stage 2's recipe
 * @param fitImages images that scalers are fitted on, part of the training images
 * @param training stage 3's recipe; the same for every start. Its steps are those of all epochs
 * @param trainingImages images of ordinary training
 * @param epochs after which accuracy is measured; the last is where training ends
 * @param unevenness of shares where a fitted size is wider than the pre-trained one, see {@code
 *     Resize}
 */
public record Plan(
    List<Size> targets,
    List<Long> seeds,
    Recipe fit,
    int fitImages,
    Recipe training,
    int trainingImages,
    List<Integer> epochs,
    double unevenness) {

  public Plan {
    targets = List.copyOf(targets);
    seeds = List.copyOf(seeds);
    epochs = epochs.stream().sorted().distinct().toList();
    if (targets.isEmpty() || seeds.isEmpty() || epochs.isEmpty()) {
      throw new WeitException("a comparison needs at least one size, one seed and one epoch");
    }
    if (epochs.get(0) < 1) {
      throw new WeitException("epochs count from 1, found " + epochs.get(0));
    }
    int stepsPerEpoch = trainingImages / training.batchSize();
    if (stepsPerEpoch < 1) {
      throw new WeitException(
          "%d training images are fewer than a batch of %d"
              .formatted(trainingImages, training.batchSize()));
    }
    if (fitImages > trainingImages || fitImages < fit.batchSize()) {
      throw new WeitException(
          "fit images must be at least a batch (%d) and at most the training images (%d), found %d"
              .formatted(fit.batchSize(), trainingImages, fitImages));
    }
    training = training.withSteps((long) stepsPerEpoch * epochs.get(epochs.size() - 1));
  }

  public int stepsPerEpoch() {
    return trainingImages / training.batchSize();
  }

  void requireLegal(Family family) {
    targets.forEach(family::requireLegal);
  }
}
