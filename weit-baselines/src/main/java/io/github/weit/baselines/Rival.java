package io.github.weit.baselines;

import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * A method that is not of this library, so that {@code weit compare} runs it beside those that are:
 * with the same parents, sizes, seeds, images and budget. Name the class, which has a constructor
 * without arguments, in {@code META-INF/services/io.github.weit.baselines.Rival} and put it on the
 * class path. {@code EvenLayers} in the examples is one.
 */
public interface Rival {

  /**
   * The name in tables and of {@code --methods}: small letters, digits and hyphens, and no other
   * method's. It never changes, and its {@link Initialiser} has it too.
   */
  String id();

  /** The name for legends and headings. */
  String label();

  /** What it is, in a sentence for a reader who knows no method. */
  String sentence();

  /** Where it is from, such as {@code arXiv 2311.18823}; empty for nowhere. */
  default String source() {
    return "";
  }

  /** What is trained before it, and counted as its cost, together with other methods' needs. */
  default Optional<Parent> parent() {
    return Optional.empty();
  }

  /** Steps that its initialiser trains for a size; 0 if it trains nothing. */
  default long fitSteps(Fitting fitting) {
    return 0;
  }

  /**
   * What makes first weights. No array is made here: {@link Initialiser#refusal} is asked before
   * any trial is run.
   */
  Initialiser initialiser(Ingredients ingredients);

  /**
   * What there is to make weights of.
   *
   * @param family of the models that are compared; of the parent where there is one
   * @param parent the one asked for; of {@link Parent#DENSE}, {@code compose} at its own size is
   *     the dense model. It belongs to somebody else
   * @param fitting images, steps and rate of a fit, for those that learn for a size
   */
  record Ingredients(Family family, Optional<Templates> parent, Fitting fitting) {

    /**
     * The parent.
     *
     * @throws WeitException if none was asked for
     */
    public Templates requireParent() {
      return parent.orElseThrow(() -> new WeitException("no parent was asked for"));
    }
  }

  /**
   * All on the class path.
   *
   * @throws WeitException if one cannot be loaded, or has a name that is none or is taken
   */
  static List<Rival> onClassPath() {
    List<Rival> rivals = new ArrayList<>();
    try {
      ServiceLoader.load(Rival.class).forEach(rivals::add);
    } catch (ServiceConfigurationError e) {
      throw new WeitException("a method on the class path cannot be loaded: " + e.getMessage(), e);
    }
    RivalNames.require(rivals);
    return List.copyOf(rivals);
  }
}
