package io.github.weit.cli.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes all attacks to a folder, the same bytes each time, and an index of them. */
public final class AttackFolder {

  private final Path root;
  private final List<Attack> attacks = new ArrayList<>();

  private AttackFolder(Path root) {
    this.root = root;
  }

  /** Writes them to a folder, which is then to be the working directory or their parent. */
  public static List<Attack> write(Path root) {
    AttackFolder folder = new AttackFolder(root);
    SafeTensorsAttacks.addTo(folder);
    ArtefactAttacks.addTo(folder);
    CheckpointAttacks.addTo(folder);
    ArchiveAttacks.addTo(folder);
    PictureAttacks.addTo(folder);
    IdxAttacks.addTo(folder);
    CifarAttacks.addTo(folder);
    return List.copyOf(folder.attacks);
  }

  /** Writes them and {@code index.tsv}: kind, name, phrase, arguments, separated by tabs. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    List<String> lines = new ArrayList<>();
    for (Attack attack : write(root)) {
      List<String> cells = new ArrayList<>(List.of(attack.kind(), attack.name(), attack.phrase()));
      cells.addAll(attack.arguments());
      lines.add(String.join("\t", cells));
    }
    Files.write(root.resolve("index.tsv"), lines);
  }

  /** Where a file of a kind goes; its folder is made. */
  Path path(String kind, String file) {
    Path path = root.resolve(kind).resolve(file);
    try {
      Files.createDirectories(path.getParent());
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds an attack whose files lie there already. */
  void add(String kind, String name, String phrase, String... arguments) {
    attacks.add(new Attack(kind, name, List.of(arguments), phrase));
  }

  /** Adds an attack of one file. */
  void add(String kind, String name, String ending, byte[] content, String phrase) {
    String file = name.replace(' ', '-').replaceAll("[^A-Za-z0-9_-]", "") + ending;
    write(path(kind, file), content);
    add(kind, name, phrase, kind + "/" + file);
  }

  static void write(Path path, byte[] content) {
    try {
      Files.createDirectories(path.getParent());
      Files.write(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
