package io.github.weit.cli.compare;

import io.github.weit.baselines.Method;
import io.github.weit.cli.report.Measurement;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a comparison does, apart from data and what methods start from.
 *
 * @param methods names of the methods, see {@link Contender}
 * @param targets the sizes compared
 * @param seeds each trial is repeated with each of them; they decide random weights, the order of
 *     images and the fit
 * @param fit stage 2's recipe
 * @param fitImages images that scalers are fitted on, part of the training images
 * @param fitTeaching how fits learn from what the full size says
 * @param training stage 3's recipe; the same for every start, but for {@code rates}. Its steps are
 *     those of all epochs
 * @param rates peak rates of methods whose own differs from the recipe's, by their names
 * @param trainingImages images of ordinary training
 * @param epochs after which accuracy is measured; the last is where training ends
 * @param longEpochs the same for the method that trains longer
 * @param unevenness of shares where a fitted size is wider than the pre-trained one, see {@code
 *     Resize}
 */
public record Plan(
    List<String> methods,
    List<Size> targets,
    List<Long> seeds,
    Recipe fit,
    int fitImages,
    TeachingOptions fitTeaching,
    Recipe training,
    Map<String, Double> rates,
    int trainingImages,
    List<Integer> epochs,
    List<Integer> longEpochs,
    double unevenness) {

  public Plan {
    methods = methods.stream().distinct().toList();
    requireKnown(methods);
    rates = ofCompared(rates, methods);
    targets = List.copyOf(targets);
    seeds = List.copyOf(seeds);
    epochs = sorted(epochs);
    longEpochs = sorted(longEpochs);
    if (methods.isEmpty() || targets.isEmpty() || seeds.isEmpty()) {
      throw new WeitException("a comparison needs at least one method, one size and one seed");
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
    training = training.withSteps((long) stepsPerEpoch * last(epochs));
  }

  /**
   * Asserts that there are such methods.
   *
   * @throws WeitException naming the first that is none, and all there are
   */
  public static void requireKnown(List<String> methods) {
    methods.forEach(Contender::of);
  }

  /** Names of all methods there are, this project's first. */
  public static List<String> knownMethods() {
    return Contender.all().stream().map(Contender::name).toList();
  }

  /** The same rates, and that of the method that trains longer: its own or the shorter one's. */
  public static Map<String, Double> withLonger(Map<String, Double> rates) {
    Map<String, Double> all = new TreeMap<>(rates);
    Contender.all().stream()
        .filter(Contender::trainsLonger)
        .forEach(
            longer ->
                Optional.ofNullable(rates.get(Method.SCRATCH.id()))
                    .ifPresent(rate -> all.putIfAbsent(longer.name(), rate)));
    return all;
  }

  private static Map<String, Double> ofCompared(Map<String, Double> rates, List<String> methods) {
    rates.forEach(
        (method, rate) -> {
          Contender.of(method);
          if (!(rate > 0) || rate.isInfinite()) {
            throw new WeitException(
                "the rate of %s must be above 0, found %s".formatted(method, rate));
          }
        });
    Map<String, Double> compared = new TreeMap<>(rates);
    compared.keySet().retainAll(methods);
    return Collections.unmodifiableMap(compared);
  }

  private static List<Integer> sorted(List<Integer> epochs) {
    List<Integer> sorted = epochs.stream().sorted().distinct().toList();
    if (sorted.isEmpty() || sorted.get(0) < 1) {
      throw new WeitException("epochs must be one or more numbers from 1 up, found " + epochs);
    }
    return sorted;
  }

  private static int last(List<Integer> epochs) {
    return epochs.get(epochs.size() - 1);
  }

  /**
   * The same with all methods and sizes of a table, which may have rows of earlier plans.
   *
   * @param rows of the table
   * @param ownRates the peak rates of their methods
   */
  Plan covering(List<Measurement> rows, Map<String, Double> ownRates) {
    List<String> known = knownMethods();
    Map<String, Double> differing = new TreeMap<>(ownRates);
    differing.keySet().retainAll(known);
    differing.values().removeIf(rate -> rate == training.learningRate());
    return new Plan(
        Stream.concat(methods.stream(), rows.stream().map(Measurement::method))
            .filter(known::contains)
            .toList(),
        Stream.concat(targets.stream(), rows.stream().map(row -> Size.parse(row.size())))
            .distinct()
            .toList(),
        seeds,
        fit,
        fitImages,
        fitTeaching,
        training,
        differing,
        trainingImages,
        epochs,
        longEpochs,
        unevenness);
  }

  /** The epochs after which a method is measured. */
  List<Integer> epochs(Contender method) {
    return method.trainsLonger() ? longEpochs : epochs;
  }

  /** Ordinary training of a method: the same for all but for its length and its own rate. */
  Recipe training(Contender method) {
    return training
        .withSteps((long) stepsPerEpoch() * last(epochs(method)))
        .withLearningRate(rates.getOrDefault(method.name(), training.learningRate()));
  }

  List<Contender> contenders() {
    return methods.stream().map(Contender::of).toList();
  }

  public int stepsPerEpoch() {
    return trainingImages / training.batchSize();
  }

  void requireLegal(Family family) {
    targets.forEach(family::requireLegal);
  }
}
