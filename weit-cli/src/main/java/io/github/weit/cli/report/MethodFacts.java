package io.github.weit.cli.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A method of a comparison, for a reader who knows none of them.
 *
 * @param name as in the rows, for example {@code weight-selection}
 * @param label for legends and tables, for example {@code weight selection}
 * @param sentence what it is
 * @param source where it was published, for example {@code arXiv 2311.18823}; empty for none
 * @param difference where the implementation compared here differs from its source; empty for
 *     nowhere
 * @param parent what it needs trained beforehand
 * @param lost what it needed trained beforehand and what is no longer there, so that nothing is
 *     known of it; empty for nothing
 * @param taughtMacs multiply-accumulates of what teaches one fit of it; 0 if labels alone do, empty
 *     if nobody knows
 * @param refusals why it has nothing at a size, by the size's name
 */
public record MethodFacts(
    String name,
    String label,
    String sentence,
    String source,
    String difference,
    Optional<Parent> parent,
    String lost,
    OptionalLong taughtMacs,
    Map<String, String> refusals) {

  /** Forward passes that cost as much as a step of training: its own, and twice that backward. */
  public static final int PASSES = 3;

  /** Keeps the order of the refusals. */
  public MethodFacts {
    Check.that(!name.isBlank(), "name", "a method's name", name);
    Check.that(!label.isBlank(), "label", "words for " + name, label);
    Check.that(!sentence.isBlank(), "sentence", "what " + name + " is", sentence);
    Check.that(
        lost.isEmpty() || parent.isEmpty(), "lost", "nothing that is there as a parent", lost);
    Check.that(taughtMacs.orElse(0) >= 0, "taughtMacs", "0 or more", taughtMacs);
    refusals = Collections.unmodifiableMap(new LinkedHashMap<>(refusals));
  }

  /**
   * What is trained once, before any size is asked for. Methods whose parents have one name share
   * the parent.
   *
   * @param name for tables, for example {@code dense 128x6}
   * @param sentence what it is
   * @param recipe how it was trained, but for the number of steps; empty if nobody knows. Parents
   *     of methods that are compared should have one
   * @param steps of the optimiser
   * @param images seen, repeats counted
   * @param macs multiply-accumulates of its training: three forward passes for each image, and what
   *     teaches it
   * @param parameters numbers that are kept of it: those of a dense model, or of templates and the
   *     full size's scalers, of which those of all sizes are made
   */
  public record Parent(
      String name,
      String sentence,
      String recipe,
      long steps,
      long images,
      long macs,
      long parameters) {

    /** Checks that it has a name and learnt something. */
    public Parent {
      Check.that(!name.isBlank(), "name", "a parent's name", name);
      Check.that(steps >= 0, "steps", "0 or more", steps);
      Check.that(images >= 0, "images", "0 or more", images);
      Check.that(macs >= 0, "macs", "0 or more", macs);
      Check.that(parameters > 0, "parameters", "1 or more", parameters);
    }
  }
}
