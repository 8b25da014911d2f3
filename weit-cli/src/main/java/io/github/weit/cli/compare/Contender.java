package io.github.weit.cli.compare;

import io.github.weit.baselines.Method;
import io.github.weit.baselines.Parent;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A method as a comparison runs it.
 *
 * @param name as in the rows
 * @param sentence what it is, for a reader who knows none
 * @param method the baseline that it is; empty for what is this project's
 * @param parent what is pre-trained for it
 */
record Contender(String name, String sentence, Optional<Method> method, Optional<Parent> parent) {

  /** Composed from templates, with fitted scalers. */
  static final String WEIT = "weit";

  /** Composed from templates, with scalers as they are made from the pre-trained ones. */
  static final String WEIT_UNFITTED = "weit-unfitted";

  /** Random weights, trained longer than the others. */
  static final String SCRATCH_LONG = "scratch-long";

  private static final Set<Method> TEACHABLE =
      EnumSet.of(
          Method.WAVE,
          Method.SUPERNET_FITTED,
          Method.WEIGHT_SELECTION_FITTED,
          Method.RANDOM_TEMPLATES);

  private static final List<Contender> OWN =
      List.of(
          new Contender(
              WEIT,
              "Composed from templates that were learnt once for all sizes, with scalers fitted to the size.",
              Optional.empty(),
              Optional.of(Parent.TEMPLATES)),
          new Contender(
              WEIT_UNFITTED,
              "Composed from the same templates, with scalers resized from the pre-trained ones and not fitted.",
              Optional.empty(),
              Optional.of(Parent.TEMPLATES)),
          new Contender(
              SCRATCH_LONG,
              "Random weights, with more epochs than the other methods get, and a schedule of that length.",
              Optional.empty(),
              Optional.empty()));

  /**
   * The method of that name.
   *
   * @throws WeitException naming all there are if there is none
   */
  static Contender of(String name) {
    return all().stream()
        .filter(known -> known.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "no method is called '%s'; there are: %s"
                        .formatted(
                            name,
                            String.join(", ", all().stream().map(Contender::name).toList()))));
  }

  /** Every method there is, this project's first. */
  static List<Contender> all() {
    List<Contender> all = new ArrayList<>(OWN);
    Arrays.stream(Method.values())
        .map(
            method ->
                new Contender(method.id(), method.sentence(), Optional.of(method), method.parent()))
        .forEach(all::add);
    return List.copyOf(all);
  }

  /** Whether it is fitted, and what was learnt together with a full size can teach it. */
  boolean isTeachable() {
    return name.equals(WEIT) || method.filter(TEACHABLE::contains).isPresent();
  }

  /** Whether it trains for the plan's long epochs. */
  boolean trainsLonger() {
    return name.equals(SCRATCH_LONG);
  }
}
