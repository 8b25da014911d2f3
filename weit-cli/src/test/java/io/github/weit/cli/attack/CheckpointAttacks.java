package io.github.weit.cli.attack;

import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Checkpoints as this library writes them, each with one thing changed. */
final class CheckpointAttacks {

  private static final String KIND = "checkpoint";
  private static final String HEAD = "{\"format\":\"weit-checkpoint\",\"version\":1,";

  private final AttackFolder folder;

  private CheckpointAttacks(AttackFolder folder) {
    this.folder = folder;
  }

  static void addTo(AttackFolder folder) {
    CheckpointAttacks attacks = new CheckpointAttacks(folder);
    try {
      attacks.manifests();
      attacks.entries();
      attacks.files();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void manifests() throws IOException {
    manifest("empty manifest", "", "expected the manifest of a checkpoint");
    manifest("cut-off manifest", HEAD + "\"step\":5,\n\"facts\":{", "is no valid JSON");
    manifest("manifest is a list", "[]", "expected the manifest of a checkpoint");
    manifest("other format", "{\"format\":\"other\"}", "expected the manifest of a checkpoint");
    manifest("newer version", "{\"format\":\"weit-checkpoint\",\"version\":2}", "format version 2");
    manifest("negative step", HEAD + "\"step\":-5}", "'step' is missing or not what belongs");
    manifest("step of 1e30", HEAD + "\"step\":1e30}", "'step' is missing or not what belongs");
    manifest("step of 2^64", HEAD + "\"step\":18446744073709551616}", "'step' is missing or not");
    manifest(
        "step of many digits", HEAD + "\"step\":" + "9".repeat(9000) + "}", "is no valid JSON");
    manifest("no facts", HEAD + "\"step\":5,\"files\":{}}", "'facts' is missing");
    manifest("fact of 1", HEAD + "\"step\":5,\"facts\":{\"seed\":1}}", "'seed' is missing or not");
    manifest("step twice", HEAD + "\"step\":5,\"step\":5}", "Duplicate field 'step'");
    manifest(
        "two manifests", HEAD + "\"step\":5,\"facts\":{},\"files\":{}} {}", "is no valid JSON");
    manifest("deep manifest", "[".repeat(50_000), "is no valid JSON");
    manifest(
        "fact that paints",
        HEAD + "\"step\":5,\"facts\":{\"a\\u001b[31m\\n\\u202eb\":1}}",
        "is missing or not what belongs there");
    manifest("step of another", HEAD + "\"step\":6,\"facts\":{},\"files\":{}}", "of step 6");
  }

  private void entries() throws IOException {
    String good = "{\"bytes\":1,\"sha256\":\"a\"}";
    entry("name that leads out", "../../secret", good, "is no name for a file of a checkpoint");
    entry("absolute name", "/etc/passwd", good, "is no name for a file of a checkpoint");
    entry("name with a backslash", "..\\\\secret", good, "is no name for a file of a checkpoint");
    entry("manifest in the manifest", "manifest.json", good, "is no name for a file");
    entry("no hash", "a", "{\"bytes\":1}", "'sha256' is missing");
    entry("bytes in words", "a", "{\"bytes\":\"1\",\"sha256\":\"a\"}", "'bytes' is missing");
    entry("exabytes", "state", "{\"bytes\":9223372036854775807,\"sha256\":\"a\"}", "found 5");
    entry("missing file", "more", good, "expected 1 bytes, found no such file");
    entry("files twice", "a\":" + good + ",\"a", good, "Duplicate field 'a'");
  }

  private void files() throws IOException {
    Files.delete(step("no manifest").resolve("manifest.json"));
    add("no manifest", "is incomplete: it has no manifest");
    Files.writeString(step("changed byte").resolve("state"), "stats");
    add("changed byte", "its bytes are not those that were written");
    Files.writeString(step("shorter file").resolve("state"), "stat");
    add("shorter file", "expected 5 bytes, found 4");
    Path large = step("manifest of 20 MB").resolve("manifest.json");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(20_000_000);
    }
    add("manifest of 20 MB", "too large for a manifest");
    Path name = step("manifest is a folder").resolve("manifest.json");
    Files.delete(name);
    Files.createDirectory(name);
    add("manifest is a folder", "cannot be read");
  }

  private void entry(String name, String file, String entry, String phrase) throws IOException {
    String files = "\"step\":5,\"facts\":{},\"files\":{\"" + file + "\":" + entry + "}}";
    manifest(name, HEAD + files, phrase);
  }

  private void manifest(String name, String manifest, String phrase) throws IOException {
    byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
    Files.write(step(name).resolve("manifest.json"), bytes);
    add(name, phrase);
  }

  /** A run's folder with a whole checkpoint of step 5, which holds a file of five bytes. */
  private Path step(String name) {
    return new CheckpointStore(folder.path(KIND, file(name)), 1)
        .save(5, Map.of("seed", "1"), Map.of("state", path -> AtomicFile.writeText(path, "state")));
  }

  private void add(String name, String phrase) {
    folder.add(KIND, name, phrase, KIND + "/" + file(name));
  }

  private static String file(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "-");
  }
}
