package io.github.weit.scalers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.BatchFeed;
import io.github.weit.training.Classification;
import io.github.weit.training.Lesson;
import io.github.weit.training.Objective;
import io.github.weit.training.Recipe;
import io.github.weit.training.Resumable;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.TrainingResult;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.optim.ParameterGroup;
import io.github.weit.training.optim.ParameterGroups;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Stage 2: templates are frozen, and only the scalers of one size are trained, on a small part of
 * the data (arXiv 2604.14769).
 */
public final class ScalerFit implements AutoCloseable {

  private final Family family;
  private final Size size;
  private final TemplateBank bank;
  private final ScalerSet scalers;
  private final NamedArrays free;
  private final Recipe recipe;
  private final TrainingLoop loop;

  /**
   * @param bank not changed and not closed by this, and given no gradients
   * @param start scalers at {@code size}, copied into {@code manager}
   */
  public ScalerFit(
      Family family,
      Size size,
      TemplateBank bank,
      ScalerSet start,
      Recipe recipe,
      Seed seed,
      NDManager manager) {
    this(family, size, bank, start, NamedArrays.of(Map.of()), recipe, seed, manager);
  }

  /**
   * A fit in which some weights are trained as they are, beside those that templates compose: what
   * other images need for which there are no templates, such as a head for their classes.
   *
   * @param start scalers of all other types at {@code size}, copied into {@code manager}
   * @param free weights under their parameter paths, copied too
   * @throws WeitException if scalers and free weights are not those of the family at the size, or
   *     scalers are of another constraint than the templates
   */
  public ScalerFit(
      Family family,
      Size size,
      TemplateBank bank,
      ScalerSet start,
      NamedArrays free,
      Recipe recipe,
      Seed seed,
      NDManager manager) {
    requireThose(family, size, start, free);
    bank.requireSameConstraint(start);
    this.family = family;
    this.size = size;
    this.bank = bank.frozen(manager);
    this.recipe = recipe;
    this.scalers = start.copyTo(manager);
    this.free = free.copyTo(manager);
    this.loop =
        new TrainingLoop(scalers.arrays().and(this.free), groups(), recipe.loop(seed.child("fit")));
  }

  private static void requireThose(Family family, Size size, ScalerSet start, NamedArrays free) {
    requireFree(family, size, free);
    List<WeightType> composed =
        family.weights(size).stream()
            .filter(type -> !free.contains(type.parameterNames().get(0)))
            .toList();
    if (!composed.equals(start.types())) {
      throw new WeitException(
          "a fit of %s at size %s needs scalers of that size, such as Templates.scalersFor gives; found those of %s"
              .formatted(
                  family,
                  size,
                  start.types().stream()
                      .filter(type -> !composed.contains(type))
                      .findFirst()
                      .map(type -> "'%s' for %s".formatted(type.name(), type.denseShape()))
                      .orElse(
                          "%d types instead of %d"
                              .formatted(start.types().size(), composed.size()))));
    }
  }

  /** Whole types, each array of the shape that it has at the size. */
  private static void requireFree(Family family, Size size, NamedArrays free) {
    Set<String> left = new TreeSet<>(free.names());
    for (WeightType type : family.weights(size)) {
      List<String> names = type.parameterNames();
      if (names.stream().noneMatch(free::contains)) {
        continue;
      }
      for (String name : names) {
        if (!free.contains(name) || !free.get(name).getShape().equals(type.denseShape())) {
          throw new WeitException(
              "a fit of %s at size %s needs '%s' of shape %s among its free weights, found %s"
                  .formatted(
                      family,
                      size,
                      name,
                      type.denseShape(),
                      free.contains(name) ? free.get(name).getShape() : "none"));
        }
        left.remove(name);
      }
    }
    if (!left.isEmpty()) {
      throw new WeitException(
          "a fit of %s at size %s has no such weights to leave free: %s"
              .formatted(family, size, left));
    }
  }

  /**
   * A recipe for one size from one for another. What a step of AdamW changes in a layer's output
   * grows with the layer's inputs, so the rate goes with 1 / width (Yang et al., arXiv 2203.03466):
   * one rate then suits narrow sizes, which have much to gain, and wide ones, whose start a fast
   * fit throws away (docs/method-notes.md).
   *
   * @param ofFull whose rate is for {@code full}
   * @param full usually the size that templates were learnt at
   */
  public static Recipe recipe(Recipe ofFull, Size full, Size size) {
    return ofFull.withLearningRate(ofFull.learningRate() * full.width() / size.width());
  }

  private List<ParameterGroup> groups() {
    ParameterGroups groups = new ParameterGroups();
    for (WeightType type : scalers.types()) {
      bank.constraint()
          .scalers(type)
          .forEach(factor -> groups.add(factor.storedName(type.name()), 1, decay(type)));
    }
    for (WeightType type : family.weights(size)) {
      type.parameterNames().stream()
          .filter(free::contains)
          .forEach(name -> groups.add(name, 1, decay(type)));
    }
    return groups.list();
  }

  private double decay(WeightType type) {
    return type.decayed() ? recipe.weightDecay() : 0;
  }

  /**
   * The scalers as they are now, or their running averages if the recipe keeps some; they belong to
   * this, and change with every step.
   */
  public ScalerSet scalers() {
    return ScalerSet.of(
        bank.constraint(), scalers.types(), current().only(scalers.arrays().names()));
  }

  private NamedArrays current() {
    return loop.average().orElseGet(() -> scalers.arrays().and(free));
  }

  /**
   * The model as it is now, or of running averages if the recipe keeps some: composed, with the
   * free weights; a copy in {@code manager}.
   */
  public SizedModel model(NDManager manager) {
    NamedArrays own = current().only(free.names()).copyTo(manager);
    NamedArrays all = bank.composeTo(manager, scalers()).and(own);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : family.weights(size)) {
      type.parameterNames().forEach(name -> weights.put(name, all.get(name)));
    }
    return new SizedModel(family, size, NamedArrays.of(weights));
  }

  /**
   * This fit as one that can be interrupted.
   *
   * @param facts what decides its result beside the recipe: templates, images, seed
   */
  public Resumable resumable(Map<String, String> facts) {
    Map<String, String> all = new TreeMap<>(facts);
    all.putAll(family.info(size).facts());
    all.put("fit.recipe", recipe.toString());
    return loop.resumable(all);
  }

  /** How many steps are done, of this run and of those that it goes on from. */
  public long position() {
    return loop.position();
  }

  /**
   * Runs the steps that are left, or until a stop is requested or the thread is interrupted, on
   * batches of a source from where this is, such as {@link Recipe#batches}.
   *
   * @return {@link TrainingResult#stopped} if steps are left; the model is that of the steps until
   *     then, and {@link #resumable} goes on from it
   * @throws WeitException if its images are not of the family's shape and number of classes, or its
   *     batches not what the recipe says
   */
  public TrainingResult run(
      BatchSource source, TrainingListener listener, BooleanSupplier stopRequested) {
    return run(Lesson.ofLabels(source), listener, stopRequested);
  }

  /** The same by what a teacher says, such as {@link FullSizeTeaching#lesson}. */
  public TrainingResult run(
      Lesson lesson, TrainingListener listener, BooleanSupplier stopRequested) {
    lesson.source().images().requireFor(family + "", family.inputShape(), family.classes());
    try (BatchStream stream = lesson.open(recipe, loop.position())) {
      return run(stream::next, lesson.task(), listener, stopRequested);
    }
  }

  /**
   * The same on any batches.
   *
   * @param feed gives those from here on: the batch after the first {@link #position} times
   *     accumulation ones. It stays open
   */
  public TrainingResult run(
      BatchFeed<Batch> feed, TrainingListener listener, BooleanSupplier stopRequested) {
    return run(feed, network -> network, listener, stopRequested);
  }

  /**
   * The same with another loss than cross entropy.
   *
   * @param task makes the loss of the network that is fitted, such as a {@link
   *     io.github.weit.training.Distillation}
   */
  public TrainingResult run(
      BatchFeed<Batch> feed,
      Function<Classification, Objective<Batch>> task,
      TrainingListener listener,
      BooleanSupplier stopRequested) {
    Classification network =
        (step, images) -> {
          NamedArrays weights = bank.compose(scalers).and(free);
          return family.forward(
              weights,
              size,
              images,
              Pass.training(recipe.dropPath(), step.seed()).withPrecision(recipe.precision()));
        };
    return loop.run(feed, task.apply(network), listener, stopRequested);
  }

  @Override
  public void close() {
    loop.close();
    scalers.close();
    free.close();
    bank.close();
  }
}
