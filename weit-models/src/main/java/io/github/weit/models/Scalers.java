package io.github.weit.models;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ImageFacts;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The scalers of one size, fitted or not: all that a size has of its own. With the templates that
 * they were made from they are a model, so many sizes can be kept as one file of templates and a
 * small one for each: {@link Templates#compose(Scalers, NDManager)}.
 *
 * @param family the architecture
 * @param size the size that they are of
 * @param set the scalers themselves; closed with this
 * @param provenance how they came to be, and of which templates
 */
public record Scalers(Family family, Size size, ScalerSet set, Map<String, String> provenance)
    implements AutoCloseable {

  /** The fact that names the templates: {@link Templates#sha256}. */
  public static final String TEMPLATES = "templates.sha256";

  /** Checks that the scalers are those of the family at the size. */
  public Scalers {
    Templates.requireSameTypes(family.weights(size), set.types());
    provenance = Map.copyOf(provenance);
  }

  /**
   * Scalers with a note of the templates that they go with.
   *
   * @param set those of {@code size}, such as {@link Templates#scalersFor} gives; shared, not
   *     copied
   * @param history how they came to be; of images it says what the templates say, unless it says
   *     otherwise
   * @throws WeitException if they are not of the size, or of another constraint
   */
  public static Scalers of(
      Templates templates, Size size, ScalerSet set, Map<String, String> history) {
    templates.bank().requireSameConstraint(set);
    Map<String, String> facts = new TreeMap<>(ImageFacts.in(templates.provenance()));
    facts.putAll(history);
    facts.put(TEMPLATES, templates.sha256());
    return new Scalers(templates.family(), size, set, facts);
  }

  /**
   * Reads an artefact of scalers.
   *
   * @param manager owner of the arrays; it decides the device
   * @throws WeitException if the file is missing, broken, no such artefact, or names a family or a
   *     size that this version does not know as it stands there
   */
  public static Scalers load(Path file, NDManager manager) {
    return Stored.load(
        file,
        ArtefactHeader.Kind.SCALERS,
        manager,
        (family, size, artefact) ->
            new Scalers(family, size, artefact.scalers(), artefact.header().provenance()));
  }

  /**
   * Writes the file that {@link #load} reads, as a whole or not at all; these stay open.
   *
   * @throws WeitException if the file system refuses, or the provenance names another number of
   *     classes than the family has
   */
  public void save(Path file) {
    ImageFacts.requireClasses(provenance, family.classes());
    Artefact.ofScalers(family.info(size), set, provenance).save(file);
  }

  @Override
  public void close() {
    set.close();
  }
}
