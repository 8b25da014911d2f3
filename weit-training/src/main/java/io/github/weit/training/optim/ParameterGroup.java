package io.github.weit.training.optim;

import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Parameters that are trained alike.
 *
 * @param name what messages call this group
 * @param parameters the names of its arrays
 * @param learningRateFactor multiplies the schedule's learning rate, 0 or more
 * @param weightDecay the decoupled decay: each step multiplies a parameter by 1 - rate * factor *
 *     decay
 */
public record ParameterGroup(
    String name, Set<String> parameters, double learningRateFactor, double weightDecay) {

  public ParameterGroup {
    parameters = Collections.unmodifiableSet(new LinkedHashSet<>(parameters));
    if (!(learningRateFactor >= 0) || Double.isInfinite(learningRateFactor)) {
      throw new WeitException(
          "group '"
              + name
              + "': learning rate factor "
              + learningRateFactor
              + " must be 0 or more");
    }
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new WeitException(
          "group '" + name + "': weight decay " + weightDecay + " must be 0 or more");
    }
  }

  /** One group of everything. */
  public static List<ParameterGroup> all(NamedArrays leaves, double weightDecay) {
    return List.of(new ParameterGroup("all", leaves.names(), 1, weightDecay));
  }

  /**
   * Two groups by shape alone, for arrays that nothing else is known of: those of two or more axes
   * decay, vectors and scalars do not. A group that would be empty is left out.
   */
  public static List<ParameterGroup> byRank(NamedArrays leaves, double weightDecay) {
    Set<String> matrices = new LinkedHashSet<>();
    Set<String> vectors = new LinkedHashSet<>();
    leaves.forEach(
        (name, array) -> (array.getShape().dimension() >= 2 ? matrices : vectors).add(name));
    List<ParameterGroup> groups = new ArrayList<>();
    if (!matrices.isEmpty()) {
      groups.add(new ParameterGroup("matrices", matrices, 1, weightDecay));
    }
    if (!vectors.isEmpty()) {
      groups.add(new ParameterGroup("vectors", vectors, 1, 0));
    }
    return List.copyOf(groups);
  }
}
