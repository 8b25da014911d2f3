package io.github.weit.cli;

import io.github.weit.core.files.Hashes;
import io.github.weit.training.data.IdxFiles;
import java.nio.file.Path;
import java.util.List;

/** An IDX file of images or of labels alone. */
record InspectIdxFile(Path file, boolean images) implements Inspection {

  @Override
  public void print() {
    List<Integer> sizes = IdxFiles.sizes(file, images);
    System.out.println(file);
    Facts.print("kind", images ? "images of an IDX pair" : "labels of an IDX pair");
    Facts.print(images ? "images" : "labels", Quantity.exact(sizes.get(0)));
    if (images) {
      Facts.print("shape", "1x%sx%s".formatted(sizes.get(1), sizes.get(2)));
    }
    Facts.print("sha256 of the file", Hashes.sha256(file));
  }
}
