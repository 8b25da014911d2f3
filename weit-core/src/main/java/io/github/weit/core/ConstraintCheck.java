package io.github.weit.core;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Whether a constraint keeps what training, models and files rely on, for the tests of whoever
 * writes one. A constraint that breaks a rule may train without complaint and compose other models
 * than those that were trained. Not beside a training in the same process: the engine has one
 * gradient collector.
 *
 * <pre>{@code
 * ConstraintCheck.require(rule, family.weights(new Size(64, 2)), family.weights(new Size(32, 3)), manager);
 * }</pre>
 */
public final class ConstraintCheck {

  private static final double TOLERANCE = 1e-5;

  private final Constraint constraint;
  private final NDManager manager;

  private ConstraintCheck(Constraint constraint, NDManager manager) {
    this.constraint = constraint;
    this.manager = manager;
  }

  /**
   * Checks every weight type of a small size.
   *
   * @param types of one size; everything is computed, so a small one with two layers or more
   * @param others of another size of the same family, one that scalers can be resized to
   * @param manager decides the device; nothing is left in it
   * @throws WeitException naming the rule that is broken and the first weight type that breaks it
   */
  public static void require(
      Constraint constraint, List<WeightType> types, List<WeightType> others, NDManager manager) {
    requireFoundAgain(constraint);
    Map<String, WeightType> byName = new LinkedHashMap<>();
    others.forEach(type -> byName.put(type.name(), type));
    for (WeightType type : types) {
      try (NDManager own = manager.newSubManager();
          NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        new ConstraintCheck(constraint, own)
            .require(type, Optional.ofNullable(byName.get(type.name())));
      }
    }
  }

  private static void requireFoundAgain(Constraint constraint) {
    Constraint found;
    try {
      found = Constraints.of(constraint.id(), constraint.options());
    } catch (WeitException e) {
      throw new WeitException(
          "a file could not be read again: %s; name a ConstraintReader in META-INF/services"
              .formatted(e.getMessage()),
          e);
    }
    if (!constraint.equals(found)) {
      throw new WeitException(
          "a file would be read as %s, not %s: options() must have all that decides the weights, and equals() compare it"
              .formatted(found, constraint));
    }
  }

  private void require(WeightType type, Optional<WeightType> other) {
    List<Factor> templates = constraint.templates(type);
    List<Factor> scalers = constraint.scalers(type);
    requireFactors(type, "templates", templates);
    requireFactors(type, "scalers", scalers);
    other.ifPresent(to -> requireSame(type, templates, constraint.templates(to)));
    NDList ownTemplates = random(templates, new Seed(1));
    NDList ownScalers = random(scalers, new Seed(2));
    NDArray stack = constraint.compose(type, ownTemplates, ownScalers);
    that(
        stack.getShape().equals(type.stackedShape()),
        type,
        "compose must give %s, found %s".formatted(type.stackedShape(), stack.getShape()));
    requireLayers(type, ownTemplates, ownScalers, stack);
    requireGradients(type, templates, scalers);
    resized(type, type, ownScalers)
        .forEach(Resized::requireEqual); // to its own size nothing changes
    other.ifPresent(to -> resized(type, to, ownScalers));
  }

  private void requireFactors(WeightType type, String what, List<Factor> factors) {
    long suffixes = factors.stream().map(Factor::suffix).distinct().count();
    that(
        suffixes == factors.size(),
        type,
        "%s must have a suffix each, found %s"
            .formatted(what, factors.stream().map(Factor::suffix).toList()));
    for (Factor factor : factors) {
      float[] values = factor.initial().apply(new Seed(3));
      that(
          values.length == factor.shape().size(),
          type,
          "%s '%s' of shape %s need %d initial values, found %d"
              .formatted(
                  what, factor.suffix(), factor.shape(), factor.shape().size(), values.length));
      that(
          Arrays.equals(values, factor.initial().apply(new Seed(3))),
          type,
          "initial values of %s '%s' must depend on the seed alone"
              .formatted(what, factor.suffix()));
    }
  }

  private static void requireSame(WeightType type, List<Factor> one, List<Factor> other) {
    List<String> first = one.stream().map(ConstraintCheck::text).toList();
    List<String> second = other.stream().map(ConstraintCheck::text).toList();
    that(
        first.equals(second),
        type,
        "templates belong to no size, found %s at one and %s at another".formatted(first, second));
  }

  private static String text(Factor factor) {
    return "'%s' %s".formatted(factor.suffix(), factor.shape());
  }

  /** Models are composed layer by layer, training composes the stack. */
  private void requireLayers(WeightType type, NDList templates, NDList scalers, NDArray stack) {
    WeightType one = type.ofOneLayer();
    NDList trained = new NDList(scalers.stream().map(NDArray::duplicate).toList());
    NDList learnt = new NDList(templates.stream().map(NDArray::duplicate).toList());
    for (long layer = 0; layer < type.depth(); layer++) {
      NDList own = constraint.layer(type, trained, layer);
      requireShapes(type, "layer", constraint.scalers(one), own);
      NDArray composed = constraint.compose(one, learnt, own);
      NDArray expected = type.layered() ? stack.get(new NDIndex("{}:{}", layer, layer + 1)) : stack;
      that(
          composed.getShape().equals(expected.getShape()) && close(composed, expected),
          type,
          "compose of layer(%d) is not layer %d of compose".formatted(layer, layer));
      NDArray before = composed.duplicate();
      trained.forEach(NDArray::negi);
      learnt.forEach(NDArray::negi);
      that(
          before.contentEquals(composed),
          type,
          "what is composed of layer(%d) changes with the templates or scalers; copy them"
              .formatted(layer));
      trained.forEach(NDArray::negi);
      learnt.forEach(NDArray::negi);
    }
  }

  private void requireGradients(WeightType type, List<Factor> templates, List<Factor> scalers) {
    NDList ownTemplates = random(templates, new Seed(4));
    NDList ownScalers = random(scalers, new Seed(5));
    ownTemplates.forEach(array -> array.setRequiresGradient(true));
    ownScalers.forEach(array -> array.setRequiresGradient(true));
    if (ownTemplates.isEmpty() && ownScalers.isEmpty()) {
      return;
    }
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray stack = constraint.compose(type, ownTemplates, ownScalers);
      collector.backward(stack.mul(random(stack.getShape(), new Seed(6))).sum());
    } catch (EngineException e) {
      throw new WeitException(
          "weight type '%s': compose must be differentiable: %s"
              .formatted(type.name(), e.getMessage()),
          e);
    }
    requireMoved(type, "templates", templates, ownTemplates);
    requireMoved(type, "scalers", scalers, ownScalers);
  }

  private static void requireMoved(
      WeightType type, String what, List<Factor> factors, NDList arrays) {
    for (int i = 0; i < arrays.size(); i++) {
      boolean moved = arrays.get(i).getGradient().abs().sum().getFloat() > 0;
      that(
          moved,
          type,
          "%s '%s' would never learn: their gradient is 0"
              .formatted(what, factors.get(i).suffix()));
    }
  }

  /** A scaler before and after it was resized. */
  private record Resized(WeightType type, String suffix, NDArray before, NDArray after) {

    void requireEqual() {
      that(
          close(after, before),
          type,
          "scalers '%s' change where they are resized to their own size".formatted(suffix));
    }
  }

  private List<Resized> resized(WeightType from, WeightType to, NDList scalers) {
    List<Factor> expected = constraint.scalers(to);
    NDList found = constraint.resize(from, to, scalers, Resize.standard());
    requireShapes(to, "resize", expected, found);
    return IntStream.range(0, found.size())
        .mapToObj(i -> new Resized(from, expected.get(i).suffix(), scalers.get(i), found.get(i)))
        .toList();
  }

  private static void requireShapes(
      WeightType type, String method, List<Factor> expected, NDList found) {
    List<Shape> wanted = expected.stream().map(Factor::shape).toList();
    List<Shape> shapes = found.stream().map(NDArray::getShape).toList();
    that(
        shapes.equals(wanted), type, "%s must give %s, found %s".formatted(method, wanted, shapes));
  }

  private NDList random(List<Factor> factors, Seed seed) {
    NDList arrays = new NDList();
    for (Factor factor : factors) {
      arrays.add(random(factor.shape(), seed.child(factor.suffix())));
    }
    return arrays;
  }

  private NDArray random(Shape shape, Seed seed) {
    RandomGenerator generator = seed.generator();
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) generator.nextGaussian();
    }
    return manager.create(values, shape);
  }

  private static boolean close(NDArray found, NDArray expected) {
    float scale = 1 + expected.abs().max().getFloat();
    return found.sub(expected).abs().max().getFloat() <= TOLERANCE * scale;
  }

  private static void that(boolean kept, WeightType type, String rule) {
    if (!kept) {
      throw new WeitException("weight type '%s': %s".formatted(type.name(), rule));
    }
  }
}
