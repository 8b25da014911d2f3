package io.github.weit.training.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Kernels;
import io.github.weit.core.engine.Ops;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), in PyTorch's form,
 * see {@link Kernels#adamW}. The rate is the schedule's times the group's factor.
 *
 * <p>Parameters are float32 or float64 and change in place. The state belongs to a manager of its
 * own under the one given, which {@link #close} closes. It must not be made inside an {@link
 * NDScope} that ends before it.
 */
public final class AdamW implements AutoCloseable {
  private static final String FIRST = "first_moment.";
  private static final String SECOND = "second_moment.";
  private static final String STEPS = "steps";

  private final AdamWOptions options;
  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();
  private long steps;

  /**
   * @param leaves the parameters
   * @param groups cover every parameter exactly once
   * @throws WeitException if a parameter is in no group or in two, a group names one that does not
   *     exist, a type is neither float32 nor float64, or one is a part of a larger array
   */
  public AdamW(
      NamedArrays leaves,
      List<ParameterGroup> groups,
      AdamWOptions options,
      NDManager stateManager) {
    this.options = options;
    Map<String, ParameterGroup> groupOf = groupsByParameter(leaves, groups);
    manager = stateManager.newSubManager();
    leaves.forEach((name, array) -> slots.add(slot(name, array, groupOf.get(name))));
  }

  private Slot slot(String name, NDArray parameter, ParameterGroup group) {
    return new Slot(name, parameter, group, zeros(parameter), zeros(parameter));
  }

  /**
   * In the parameter's order in memory, which a fused step follows; the engine's {@code zerosLike}
   * does not keep it.
   */
  private NDArray zeros(NDArray parameter) {
    try (NDArray detached = parameter.stopGradient()) {
      NDArray zeros = detached.duplicate();
      zeros.attach(manager);
      zeros.set(new NDIndex("..."), 0);
      return zeros;
    }
  }

  private static Map<String, ParameterGroup> groupsByParameter(
      NamedArrays leaves, List<ParameterGroup> groups) {
    Map<String, ParameterGroup> groupOf = new HashMap<>();
    for (ParameterGroup group : groups) {
      for (String name : group.parameters()) {
        leaves.get(name);
        ParameterGroup other = groupOf.put(name, group);
        if (other != null) {
          throw new WeitException(
              String.format(
                  Locale.ROOT,
                  "parameter '%s' is in the groups '%s' and '%s'; leave it in one",
                  name,
                  other.name(),
                  group.name()));
        }
      }
    }
    leaves.forEach(
        (name, array) -> {
          if (!groupOf.containsKey(name)) {
            throw new WeitException(
                "parameter '" + name + "' is in no group; add it to one, or do not train it");
          }
          DataType type = array.getDataType();
          if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
            throw new WeitException(
                "parameter '" + name + "' is " + type + "; train float32 or float64 arrays");
          }
          if (!Kernels.current().movable(array)) {
            throw new WeitException(
                "parameter '"
                    + name
                    + "' is a part of a larger array; train a copy (NamedArrays.copyTo)");
          }
        });
    return groupOf;
  }

  /**
   * Moves every parameter once, unless the gradients are broken.
   *
   * @param gradients one for each parameter, of its shape; they are used up
   * @param learningRate the schedule's rate at this step
   * @param scale what the gradients are divided by, and whether they are broken
   * @return whether they moved. To know it is the only time that this waits for the device, after
   *     all has been asked of it
   * @throws WeitException if a gradient is missing
   */
  public boolean step(
      Map<String, NDArray> gradients, double learningRate, Kernels.GradientScale scale) {
    for (Slot slot : slots) {
      if (!gradients.containsKey(slot.name)) {
        throw new WeitException(
            "no gradient for parameter '" + slot.name + "'; give zeros to one that took no part");
      }
    }
    slots.stream()
        .collect(Collectors.groupingBy(Slot::kind, LinkedHashMap::new, Collectors.toList()))
        .forEach((kind, alike) -> move(kind, alike, gradients, learningRate, scale));
    boolean moved = Ops.number(scale.broken()) == 0;
    steps += moved ? 1 : 0;
    return moved;
  }

  /** The same with gradients that are what they are. */
  public boolean step(Map<String, NDArray> gradients, double learningRate) {
    try (NDManager scratch = manager.newSubManager()) {
      return step(gradients, learningRate, Kernels.GradientScale.none(scratch));
    }
  }

  private void move(
      Kind kind,
      List<Slot> alike,
      Map<String, NDArray> gradients,
      double learningRate,
      Kernels.GradientScale scale) {
    Kernels.AdamWArrays arrays =
        new Kernels.AdamWArrays(
            alike.stream().map(slot -> slot.parameter).toList(),
            alike.stream().map(slot -> gradients.get(slot.name)).toList(),
            alike.stream().map(slot -> slot.first).toList(),
            alike.stream().map(slot -> slot.second).toList());
    Kernels.AdamWNumbers numbers =
        new Kernels.AdamWNumbers(
            learningRate * kind.learningRateFactor,
            kind.weightDecay,
            options.beta1(),
            options.beta2(),
            options.epsilon(),
            steps + 1);
    Kernels.current().adamW(arrays, numbers, scale);
  }

  /** How often parameters moved, over restores. */
  public long steps() {
    return steps;
  }

  /**
   * Copies of the state, from which {@link #restore} goes on byte for byte: {@code
   * first_moment.NAME} and {@code second_moment.NAME} of every parameter (m and v, of its shape and
   * type) and {@code steps}, int64 of shape (1).
   *
   * @param owner the manager of the copies
   */
  public NamedArrays state(NDManager owner) {
    try (NDManager scratch = owner.newSubManager()) {
      return live(scratch).copyTo(owner);
    }
  }

  /**
   * The same without copies: arrays that change with the next step.
   *
   * @param owner the manager of {@code steps}
   */
  public NamedArrays live(NDManager owner) {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (Slot slot : slots) {
      state.put(FIRST + slot.name, slot.first);
      state.put(SECOND + slot.name, slot.second);
    }
    state.put(STEPS, owner.create(new long[] {steps}));
    return NamedArrays.of(state);
  }

  /**
   * Puts back what {@link #state} gave.
   *
   * @throws WeitException if an array is missing or of another shape or type; nothing is changed
   *     then
   */
  public void restore(NamedArrays state) {
    for (Slot slot : slots) {
      StateArrays.requireLike(FIRST + slot.name, slot.first, state.get(FIRST + slot.name));
      StateArrays.requireLike(SECOND + slot.name, slot.second, state.get(SECOND + slot.name));
    }
    long restored = StateArrays.count(STEPS, state);
    for (Slot slot : slots) {
      StateArrays.put(slot.first, state.get(FIRST + slot.name));
      StateArrays.put(slot.second, state.get(SECOND + slot.name));
    }
    steps = restored;
  }

  @Override
  public void close() {
    manager.close();
  }

  /** What parameters must share to move in one call. */
  private record Kind(DataType type, double learningRateFactor, double weightDecay) {}

  private static final class Slot {
    private final String name;
    private final NDArray parameter;
    private final ParameterGroup group;
    private final NDArray first;
    private final NDArray second;

    private Slot(
        String name, NDArray parameter, ParameterGroup group, NDArray first, NDArray second) {
      this.name = name;
      this.parameter = parameter;
      this.group = group;
      this.first = first;
      this.second = second;
    }

    private Kind kind() {
      return new Kind(parameter.getDataType(), group.learningRateFactor(), group.weightDecay());
    }
  }
}
