package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.models.Families;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.nio.file.Path;

/** The model that an artefact names, known without reading its arrays. */
record ModelHeader(Family family, Size size) {

  /**
   * @throws WeitException if this version knows no such family, the family no such size, or the
   *     size other weight types
   */
  static ModelHeader of(Path file, ArtefactHeader header) {
    try {
      Family family = Families.of(header.model().family(), header.model().options());
      Size size = Size.parse(header.model().size());
      family.requireLegal(size);
      SizedModel.requireTypes(family, size, header);
      return new ModelHeader(family, size);
    } catch (ArithmeticException e) {
      throw new WeitException(file + ": its model is too large to be one: " + e.getMessage(), e);
    } catch (WeitException e) {
      throw new WeitException(file + ": " + e.getMessage(), e);
    }
  }
}
