package io.github.weit.cli.interop;

import ai.djl.Model;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The file of DJL's own {@code Model.save}. {@code Model.load} reads it into a {@link
 * io.github.weit.models.FamilyBlock} of the same family and size.
 */
public final class DjlFolder {

  /** The model's name, by which DJL finds its file. */
  public static final String NAME = "model";

  private static final String PARAMETERS = NAME + "-0000.params";

  private DjlFolder() {}

  /** The files of a folder. */
  public static List<Path> files(Path folder) {
    return List.of(folder.resolve(PARAMETERS));
  }

  /**
   * Writes the file as a whole or not at all.
   *
   * @param properties what {@code Model.getProperty} gives after loading, beside family and size
   * @throws WeitException if the file system refuses
   */
  public static void write(SizedModel model, Map<String, String> properties, Path folder) {
    try {
      Path scratch = Files.createTempDirectory("weit-djl-");
      Path saved = scratch.resolve(PARAMETERS);
      try {
        save(model, properties, scratch);
        copy(saved, folder.resolve(PARAMETERS));
      } finally {
        Files.deleteIfExists(saved);
        Files.delete(scratch);
      }
    } catch (IOException e) {
      throw new WeitException(
          "cannot write %s by way of the temporary folder: %s".formatted(folder, e), e);
    }
  }

  private static void save(SizedModel model, Map<String, String> properties, Path folder)
      throws IOException {
    try (Model djl = model.toDjl(NAME)) {
      properties.forEach(djl::setProperty);
      djl.setProperty("weit.family", model.family().id());
      djl.setProperty("weit.size", model.size().toString());
      djl.save(folder, NAME);
    }
  }

  /** DJL writes straight to the final name; this does not. */
  private static void copy(Path from, Path to) {
    AtomicFile.write(
        to,
        channel -> Files.copy(from, Channels.newOutputStream(channel)),
        path -> {
          if (Files.mismatch(from, path) >= 0) {
            throw new IOException("the bytes read back differ from those written");
          }
        });
  }
}
