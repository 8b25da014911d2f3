package io.github.weit.core.checkpoint;

import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A checkpoint whose files were all found as they were written.
 *
 * @param folder where it is
 * @param step how many steps were done
 * @param facts what the run is
 */
public record Checkpoint(Path folder, long step, Map<String, String> facts) {

  /** One of its files. */
  public Path file(String name) {
    Manifest.requireName(name);
    return folder.resolve(name);
  }

  /**
   * Asserts that this is a checkpoint of the run that is about to go on.
   *
   * @throws WeitException naming all facts that differ
   */
  public void requireFacts(Map<String, String> expected) {
    Map<String, String> differences = Facts.differences(facts, expected);
    if (!differences.isEmpty()) {
      throw new WeitException(
          "%s is of another run: %s; resume with the old settings, or use another folder"
              .formatted(folder, String.join("; ", differences.values())));
    }
  }
}
