package io.github.weit.core.artefact;

import io.github.weit.core.Constraint;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything an artefact says of itself, readable without loading its arrays.
 *
 * @param kind what the file holds
 * @param model which model it belongs to
 * @param constraint the constraint of templates and scalers; empty for dense weights
 * @param types the weight types at the artefact's size
 * @param provenance how it came to be: data and its hash, seed, steps, batch size, versions,
 *     metrics, the parent's hash. Never a date or a path, so that one seed gives one file
 */
public record ArtefactHeader(
    Kind kind,
    ModelInfo model,
    Optional<Constraint> constraint,
    List<WeightType> types,
    Map<String, String> provenance) {

  /** What a file holds. */
  public enum Kind {
    /** Templates, and the scalers they were learnt with. */
    TEMPLATES,
    /** The scalers of one size, fitted to templates in another file. */
    SCALERS,
    /** Dense weights of one size. */
    WEIGHTS
  }

  public ArtefactHeader {
    types = List.copyOf(types);
    provenance = Map.copyOf(provenance);
  }

  void require(Kind expected, Path file) {
    if (kind != expected) {
      throw new WeitException(
          "%s: expected an artefact of kind %s, found %s".formatted(file, expected, kind));
    }
  }
}
