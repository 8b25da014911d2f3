package io.github.weit.models;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import java.nio.file.Path;

/** What an artefact holds, as what its header names. */
final class Stored {

  private Stored() {}

  /** Makes something of an artefact's arrays, and owns them then. */
  @FunctionalInterface
  interface Maker<T> {
    T of(Family family, Size size, Artefact artefact);
  }

  /**
   * Reads an artefact and makes something of it; where that fails its arrays are closed.
   *
   * @throws WeitException naming the file
   */
  static <T> T load(Path file, ArtefactHeader.Kind kind, NDManager manager, Maker<T> maker) {
    Artefact artefact = Artefact.load(file, kind, manager);
    try {
      ArtefactHeader header = artefact.header();
      return maker.of(
          Families.of(header.model().family(), header.model().options()),
          Size.parse(header.model().size()),
          artefact);
    } catch (ArithmeticException e) {
      artefact.close();
      throw new WeitException(file + ": its model is too large to be one: " + e.getMessage(), e);
    } catch (WeitException e) {
      artefact.close();
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }
}
