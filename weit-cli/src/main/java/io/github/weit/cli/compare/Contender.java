package io.github.weit.cli.compare;

import io.github.weit.baselines.Method;
import io.github.weit.baselines.Parent;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A method as a comparison runs it.
 *
 * @param method where its first weights come from
 * @param trainsLonger whether it trains for the plan's long epochs
 */
record Contender(Method method, boolean trainsLonger) {

  private static final String LONGER = "scratch-long";

  /**
   * The method of that name.
   *
   * @throws WeitException naming all there are if there is none
   */
  static Contender of(String name) {
    return all().stream()
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "no method is called '%s'; there are: %s"
                        .formatted(name, String.join(", ", Plan.knownMethods()))));
  }

  /** Every method there is, this project's first. */
  static List<Contender> all() {
    List<Contender> all = new ArrayList<>();
    for (Method method : Method.values()) {
      all.add(new Contender(method, false));
      if (method == Method.SCRATCH) {
        all.add(new Contender(method, true));
      }
    }
    return List.copyOf(all);
  }

  /** As in the rows. */
  String name() {
    return trainsLonger ? LONGER : method.id();
  }

  /** For legends and headings. */
  String label() {
    return trainsLonger ? "longer scratch" : method.label();
  }

  /** What it is, for a reader who knows none. */
  String sentence() {
    return trainsLonger
        ? "Random weights, with more epochs than the other methods get, and a schedule of that length."
        : method.sentence();
  }

  /** What is pre-trained for it. */
  Optional<Parent> parent() {
    return method.parent();
  }
}
