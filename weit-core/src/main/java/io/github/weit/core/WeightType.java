package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * All weights of one kind in a model of one size, stacked into one tensor with named axes.
 *
 * <p>A vision transformer's query-key-value projection, for example, has the axes layer (1 x L),
 * kind (1 x 3), out (w x D/w) and in (w x D/w). Stacked it is {@code (L, 3, D, D)}; taken apart it
 * is L matrices {@code (3 D, D)} named {@code blocks.0.attn.qkv.weight} and so on.
 *
 * @param name the parameter path, with {@code {}} in the layer's place if there is a layer axis, or
 *     {@code {1}} if its first layer has number 1 because others, of another shape, come before
 * @param template the name of the templates it is composed from; several types may share them
 * @param terms N, how many templates are summed
 * @param initial what an untrained weight holds
 * @param decayed whether weight decay pulls on it; biases, gains and embeddings usually go without
 * @param axes from the outermost to the innermost; a layer axis comes first
 */
public record WeightType(
    String name, String template, int terms, Initial initial, boolean decayed, List<Axis> axes) {

  private static final Pattern LAYER = Pattern.compile("\\{(\\d{0,6})}");

  public WeightType {
    axes = List.copyOf(axes);
    if (axes.isEmpty()) {
      throw new WeitException("weight type '" + name + "' has no axes");
    }
    if (terms < 1) {
      throw new WeitException(
          "weight type '%s': needs at least one template, found %d".formatted(name, terms));
    }
    for (int i = 1; i < axes.size(); i++) {
      if (axes.get(i).role() == AxisRole.LAYER) {
        throw new WeitException(
            "weight type '%s': the layer axis must come first, found at %d".formatted(name, i));
      }
    }
    if (axes.get(axes.size() - 1).role() == AxisRole.GROUP) {
      throw new WeitException(
          "weight type '%s': a group axis needs an axis after it".formatted(name));
    }
    boolean layered = axes.get(0).role() == AxisRole.LAYER;
    if (LAYER.matcher(name).results().count() != (layered ? 1 : 0)) {
      throw new WeitException(
          "weight type '%s': a layer axis and one '{}' in the name go together".formatted(name));
    }
  }

  public boolean layered() {
    return axes.get(0).role() == AxisRole.LAYER;
  }

  /** Layers that this type serves; 1 if it has no layer axis. */
  public long depth() {
    return layered() ? axes.get(0).length() : 1;
  }

  /** The same type of a model with one layer; itself if it has no layer axis. */
  public WeightType ofOneLayer() {
    if (!layered() || depth() == 1) {
      return this;
    }
    List<Axis> one = new ArrayList<>(axes);
    one.set(0, axes.get(0).withScaler(1));
    return new WeightType(name, template, terms, initial, decayed, one);
  }

  /** Shape of the stack, one entry per axis: {@code (g1 p1, g2 p2, ...)}. */
  public Shape stackedShape() {
    return new Shape(axes.stream().mapToLong(Axis::length).toArray());
  }

  /**
   * Shape of one layer's weight as a model uses it: no layer axis, a group merged into the axis
   * after it.
   */
  public Shape denseShape() {
    List<Long> lengths = new ArrayList<>();
    long group = 1;
    for (Axis axis : axes) {
      switch (axis.role()) {
        case LAYER -> {}
        case GROUP -> group = Math.multiplyExact(group, axis.length());
        default -> {
          lengths.add(Math.multiplyExact(group, axis.length()));
          group = 1;
        }
      }
    }
    return new Shape(lengths);
  }

  /** The parameter paths of all layers, in order. */
  public List<String> parameterNames() {
    if (!layered()) {
      return List.of(name);
    }
    return IntStream.range(0, Math.toIntExact(depth())).mapToObj(this::parameterName).toList();
  }

  private String parameterName(int layer) {
    Matcher place = LAYER.matcher(name);
    if (!place.find()) {
      return name;
    }
    int first = place.group(1).isEmpty() ? 0 : Integer.parseInt(place.group(1));
    return place.replaceFirst(Integer.toString(first + layer));
  }

  /** Numbers in the dense weights of all layers. */
  public long denseParameters() {
    return stackedShape().size();
  }

  /**
   * Takes a stack apart into named dense weights, in one split so that its backward pass is one
   * concatenation.
   *
   * @param stacked the composed tensor, of {@link #stackedShape()}
   * @param into receives one entry per layer
   */
  public void unstack(NDArray stacked, Map<String, NDArray> into) {
    requireShape("stacked weights", stacked.getShape(), stackedShape());
    if (!layered()) {
      into.put(name, stacked.reshape(denseShape()));
      return;
    }
    int depth = Math.toIntExact(depth());
    NDList layers = depth == 1 ? new NDList(stacked) : stacked.split(depth, 0); // each (1, ...)
    for (int layer = 0; layer < depth; layer++) {
      into.put(parameterName(layer), layers.get(layer).reshape(denseShape()));
    }
  }

  /**
   * Asserts that {@code other} is the same type at another size.
   *
   * @throws WeitException naming the first axis that differs
   */
  public void requireSameTemplates(WeightType other) {
    if (terms != other.terms) {
      throw new WeitException(
          "weight type '%s': expected %d templates, found %d".formatted(name, terms, other.terms));
    }
    if (axes.size() != other.axes.size()) {
      throw new WeitException(
          "weight type '%s': expected %d axes, found %d"
              .formatted(name, axes.size(), other.axes.size()));
    }
    for (int i = 0; i < axes.size(); i++) {
      if (!axes.get(i).sameTemplate(other.axes.get(i))) {
        throw new WeitException(
            "weight type '%s', axis %d: expected %s, found %s"
                .formatted(name, i, axes.get(i), other.axes.get(i)));
      }
    }
  }

  /**
   * Asserts the shape of an array that belongs to this type, axis by axis. A {@link Constraint}
   * asks before it reshapes what it is given: a reshape makes a wrong array of the right number of
   * elements pass, and its weights are those of no rule.
   *
   * @param what the array's name in the message, such as {@code "scalers"}
   * @throws WeitException naming this type, the array and both shapes, if they differ in any axis
   */
  public void requireShape(String what, Shape found, Shape expected) {
    if (!found.equals(expected)) {
      throw new WeitException(
          "weight type '%s': %s must have shape %s, found %s"
              .formatted(name, what, expected, found));
    }
  }
}
