package io.github.weit.models;

import io.github.weit.core.CompositionCost;
import io.github.weit.core.Constraint;
import io.github.weit.core.Factor;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a step of training costs, known before any array exists: multiplications, and bytes of
 * memory by what they are for. {@link Ledger} says how those of a family are counted, and
 * docs/cost.md what was measured. A step that accumulates several batches multiplies as often for
 * each, and needs the memory of one.
 *
 * @param trained numbers that the step moves
 * @param macs multiply-accumulate operations
 * @param bytes of memory
 */
public record StepCost(long trained, Macs macs, Bytes bytes) {

  /**
   * How a step is made.
   *
   * @param images in its batch
   * @param averaged whether a running average of what is trained is kept
   * @param precision of matrix products and what lies between them
   */
  public record Step(int images, boolean averaged, Precision precision) {

    public Step {
      if (images < 1) {
        throw new WeitException("a batch has at least 1 image, found " + images);
      }
    }

    /** A float32 step without a running average. */
    public static Step of(int images) {
      return new Step(images, false, Precision.FLOAT32);
    }
  }

  /**
   * Multiply-accumulate operations of a step.
   *
   * @param forward of the network, all images together
   * @param backward of the network: each product once more for the gradient of either factor, but
   *     not for that of the images
   * @param composition of the weights; 0 without a constraint
   * @param compositionBackward of its backward pass: once more for each factor that is trained
   */
  public record Macs(long forward, long backward, long composition, long compositionBackward) {

    public long total() {
      return forward + backward + composition + compositionBackward;
    }

    /** What the constraint adds, as a share of the network's own. */
    public double compositionShare() {
      return (double) (composition + compositionBackward) / (forward + backward);
    }
  }

  /**
   * Bytes of memory in a step.
   *
   * @param weights what stays between steps: dense weights, or templates and scalers
   * @param gradients of what is trained
   * @param optimiser two moments of each trained number
   * @param average the running average, if one is kept
   * @param input images and targets
   * @param composed what composing makes; 0 without a constraint
   * @param saved activations that the backward pass reads, and copies of weights in the precision
   * @param idle activations that only wait for the step's end
   * @param backward the most that the backward pass needs beside all these: gradients of
   *     activations, and those of weights, which wait for the composition's turn if composed. Its
   *     backward pass comes last, and needs that of one type once more
   */
  public record Bytes(
      long weights,
      long gradients,
      long optimiser,
      long average,
      long input,
      long composed,
      long saved,
      long idle,
      long backward) {

    /** What is there before and after a step. */
    public long standing() {
      return weights + gradients + optimiser + average;
    }

    /** The most at once: the sum of all. */
    public long peak() {
      return standing() + input + composed + saved + idle + backward;
    }
  }

  /** A step that trains dense weights. */
  public static StepCost dense(Family family, Size size, Step step) {
    long weights = family.cost(size).parameters();
    return of(family, size, step, new Leaves(weights, weights, 0, new CompositionCost(0, 0), 0));
  }

  /** A step that trains templates and scalers, at the full size. */
  public static StepCost pretraining(Family family, Size size, Constraint constraint, Step step) {
    Leaves fit = Leaves.ofScalers(family.weights(size), constraint);
    return of(
        family,
        size,
        step,
        new Leaves(fit.weights(), fit.weights(), 2, fit.composition(), fit.largest()));
  }

  /** A step that trains scalers, with frozen templates. */
  public static StepCost fit(Family family, Size size, Constraint constraint, Step step) {
    return of(family, size, step, Leaves.ofScalers(family.weights(size), constraint));
  }

  private static StepCost of(Family family, Size size, Step step, Leaves leaves) {
    Ledger ledger = Ledger.of(family, size, step.precision());
    long images = step.images();
    long logits = (long) Float.BYTES * family.classes(); // the loss keeps them as logarithms
    boolean composed = leaves.factors() > 0;
    Macs macs =
        new Macs(
            images * ledger.macs(),
            images * ledger.backwardMacs(),
            leaves.composition().macs(),
            leaves.factors() * leaves.composition().macs());
    long trained = Float.BYTES * leaves.trained();
    long gathered = Float.BYTES * (ledger.parameters() + leaves.largest());
    Bytes bytes =
        new Bytes(
            Float.BYTES * leaves.weights(),
            trained,
            2 * trained,
            step.averaged() ? trained : 0,
            images * (Float.BYTES * family.inputShape().size() + logits),
            Float.BYTES * leaves.composition().numbers(),
            images * (ledger.saved() + logits) + ledger.copies(),
            images * ledger.idle(),
            Math.max(ledger.backwardPeak(images, composed), composed ? gathered : 0));
    return new StepCost(leaves.trained(), macs, bytes);
  }

  /**
   * What a step trains.
   *
   * @param weights numbers that stay between steps
   * @param trained how many of them move
   * @param factors how many factors of each product of the composition are trained; 0 without one
   * @param composition of all weights
   * @param largest numbers in the weights of the largest type; 0 without a composition
   */
  private record Leaves(
      long weights, long trained, int factors, CompositionCost composition, long largest) {

    static Leaves ofScalers(List<WeightType> types, Constraint constraint) {
      Map<String, WeightType> byTemplate = new LinkedHashMap<>();
      types.forEach(type -> byTemplate.putIfAbsent(type.template(), type));
      long templates = numbers(byTemplate.values(), constraint::templates);
      long scalers = numbers(types, constraint::scalers);
      CompositionCost composition =
          types.stream()
              .map(constraint::cost)
              .reduce(new CompositionCost(0, 0), CompositionCost::plus);
      long largest = types.stream().mapToLong(WeightType::denseParameters).max().orElse(0);
      return new Leaves(templates + scalers, scalers, 1, composition, largest);
    }

    private static long numbers(
        Collection<WeightType> types, Function<WeightType, List<Factor>> factors) {
      return types.stream()
          .flatMap(type -> factors.apply(type).stream())
          .mapToLong(factor -> factor.shape().size())
          .sum();
    }
  }
}
