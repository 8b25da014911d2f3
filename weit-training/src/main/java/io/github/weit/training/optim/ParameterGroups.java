package io.github.weit.training.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gathers arrays that each say how they are to be trained into as few groups as possible. */
public final class ParameterGroups {

  private record Treatment(double rate, double decay) {}

  private final Map<Treatment, Set<String>> names = new LinkedHashMap<>();

  /**
   * Adds an array. A name that was added before keeps its first treatment, so arrays that several
   * owners share may be added by each.
   *
   * @param rate multiplies the schedule's learning rate
   * @param decay the decoupled weight decay
   */
  public void add(String name, double rate, double decay) {
    if (names.values().stream().noneMatch(group -> group.contains(name))) {
      names.computeIfAbsent(new Treatment(rate, decay), key -> new LinkedHashSet<>()).add(name);
    }
  }

  /** The groups, in the order in which their first arrays were added. */
  public List<ParameterGroup> list() {
    List<ParameterGroup> groups = new ArrayList<>();
    names.forEach(
        (treatment, group) -> {
          String name = "rate " + treatment.rate() + ", decay " + treatment.decay();
          groups.add(new ParameterGroup(name, group, treatment.rate(), treatment.decay()));
        });
    return List.copyOf(groups);
  }
}
