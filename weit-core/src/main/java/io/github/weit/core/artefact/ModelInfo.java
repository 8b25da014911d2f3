package io.github.weit.core.artefact;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which model an artefact belongs to, as text: this module knows no architecture.
 *
 * @param family the family's name
 * @param options what all sizes of the family have in common
 * @param size the size
 */
public record ModelInfo(String family, Map<String, String> options, String size) {
  public ModelInfo {
    options = Map.copyOf(options);
  }

  /** The same as facts of a run: two runs that differ in one of them train different networks. */
  public Map<String, String> facts() {
    return Map.of(
        "model.family",
        family,
        "model.options",
        new TreeMap<>(options).toString(),
        "model.size",
        size);
  }
}
