package io.github.weit.core.checkpoint;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of one run in a folder, one folder {@code step-NUMBER} each. A checkpoint's files are
 * written first and its manifest, with the size and SHA-256 of each, last: whenever the process is
 * killed, a checkpoint is whole or is not one. The newest ones are kept. What is incomplete or
 * damaged is passed over and named, and never deleted.
 */
public final class CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final Pattern STEP = Pattern.compile("step-(\\d{9,18})");
  private static final String DISCARDED = ".discarded-";

  private final Path folder;
  private final int keep;

  /**
   * @param folder made by the first checkpoint if it is not there
   * @param keep how many of the newest checkpoints stay, at least 1
   */
  public CheckpointStore(Path folder, int keep) {
    if (keep < 1) {
      throw new WeitException("at least 1 checkpoint must be kept, found " + keep);
    }
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * What a search found.
   *
   * @param checkpoint the newest that is whole
   * @param passedOver what is newer than that and why it is of no use, newest first
   */
  public record Search(Optional<Checkpoint> checkpoint, List<String> passedOver) {
    public Search {
      passedOver = List.copyOf(passedOver);
    }
  }

  public Path folder() {
    return folder;
  }

  /**
   * Writes a checkpoint, then deletes those that are no longer kept.
   *
   * @param facts what the run is, compared when it is resumed
   * @param files for each name what writes the file it is given, as a whole or not at all
   * @return where it is; a whole one of this step and run stays as it is
   * @throws WeitException if it could not be written; those before are untouched then, and what was
   *     written of it is taken back
   */
  public Path save(long step, Map<String, String> facts, Map<String, Consumer<Path>> files) {
    Path target = folder.resolve(String.format(Locale.ROOT, "step-%09d", step));
    if (isWhole(target, facts)) {
      return target;
    }
    boolean fresh = !Files.exists(target);
    boolean written = false;
    try {
      write(target, step, facts, files);
      written = true;
    } catch (IOException e) {
      throw new WeitException("cannot write the checkpoint " + target + ": " + e, e);
    } finally {
      if (fresh && !written) {
        remove(target);
      }
    }
    discardOld(step);
    return target;
  }

  private static void write(
      Path target, long step, Map<String, String> facts, Map<String, Consumer<Path>> files)
      throws IOException {
    Files.createDirectories(target);
    Files.deleteIfExists(target.resolve(Manifest.NAME));
    Map<String, Manifest.Entry> entries = new TreeMap<>();
    for (Map.Entry<String, Consumer<Path>> file : files.entrySet()) {
      Manifest.requireName(file.getKey());
      Path path = target.resolve(file.getKey());
      file.getValue().accept(path);
      entries.put(file.getKey(), Manifest.Entry.of(path));
    }
    new Manifest(step, facts, entries).write(target);
  }

  /** Takes back what this process has just begun to write. */
  private static void remove(Path target) {
    try {
      if (Files.exists(target)) {
        Files.walkFileTree(target, new Deleter());
      }
    } catch (IOException e) {
      LOG.warn("{} is incomplete and could not be deleted: {}", target, e.toString());
    }
  }

  private static boolean isWhole(Path step, Map<String, String> facts) {
    if (!Files.exists(step.resolve(Manifest.NAME))) {
      return false;
    }
    try {
      Manifest manifest = Manifest.read(step);
      manifest.verify(step);
      return manifest.facts().equals(facts);
    } catch (WeitException e) {
      LOG.warn("{} is written anew: {}", step, e.getMessage());
      return false;
    }
  }

  /** The newest checkpoint that is whole; every byte of it is read. */
  public Search latest() {
    List<String> passedOver = new ArrayList<>();
    for (Path step : steps()) {
      Examined examined = examine(step);
      if (examined.checkpoint().isPresent()) {
        return new Search(examined.checkpoint(), passedOver);
      }
      passedOver.add(examined.problem());
    }
    return new Search(Optional.empty(), passedOver);
  }

  /**
   * What a folder {@code step-NUMBER} holds.
   *
   * @param folder which one
   * @param checkpoint it, if it is whole
   * @param problem why it is of no use, empty if it is whole
   */
  public record Examined(Path folder, Optional<Checkpoint> checkpoint, String problem) {}

  /** Everything that claims to be a checkpoint, newest first; every byte is read. */
  public List<Examined> examine() {
    return steps().stream().map(CheckpointStore::examine).toList();
  }

  /** One folder {@code step-NUMBER}; every byte is read. */
  public static Examined examine(Path step) {
    if (!Files.exists(step.resolve(Manifest.NAME))) {
      return new Examined(step, Optional.empty(), step + " is incomplete: it has no manifest");
    }
    try {
      Manifest manifest = Manifest.read(step);
      if (manifest.step() != number(step)) {
        throw new WeitException(
            "its manifest is of step %d; was it renamed?".formatted(manifest.step()));
      }
      manifest.verify(step);
      Checkpoint found = new Checkpoint(step, manifest.step(), manifest.facts());
      return new Examined(step, Optional.of(found), "");
    } catch (WeitException e) {
      return new Examined(step, Optional.empty(), step + " is damaged: " + e.getMessage());
    }
  }

  /** Whether a path has the name that a checkpoint has, and is a folder. */
  public static boolean isStep(Path path) {
    return path.getFileName() != null && number(path) >= 0 && Files.isDirectory(path);
  }

  /** Deletes every whole checkpoint, and the folder if nothing else is in it: the run is done. */
  public void clear() {
    try {
      for (Path step : steps()) {
        if (manifest(step).isPresent()) {
          discard(step);
        }
      }
      removeDiscarded();
      if (isEmpty()) {
        Files.delete(folder);
      }
    } catch (IOException | WeitException e) {
      LOG.warn("checkpoints in {} could not be deleted: {}", folder, e.toString());
    }
  }

  private boolean isEmpty() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.findAny().isEmpty();
    }
  }

  /** The folders of steps, newest first. */
  private List<Path> steps() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(CheckpointStore::isStep)
          .sorted(Comparator.comparingLong(CheckpointStore::number).reversed())
          .toList();
    } catch (IOException e) {
      throw new WeitException("cannot list the checkpoints in " + folder + ": " + e, e);
    }
  }

  private static long number(Path path) {
    Matcher name = STEP.matcher(path.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  /**
   * Deletes whole checkpoints that are not among the newest. Later steps than the one just saved do
   * not count: a run that goes on passed them over, since they are damaged.
   */
  private void discardOld(long saved) {
    try {
      List<Path> whole = new ArrayList<>();
      for (Path step : steps()) {
        if (number(step) <= saved && manifest(step).isPresent()) {
          whole.add(step);
        }
      }
      for (Path step : whole.subList(Math.min(keep, whole.size()), whole.size())) {
        discard(step);
      }
      removeDiscarded();
    } catch (IOException | WeitException e) {
      LOG.warn("old checkpoints in {} could not be deleted: {}", folder, e.toString());
    }
  }

  private static Optional<Manifest> manifest(Path step) {
    try {
      return Optional.of(Manifest.read(step));
    } catch (WeitException e) {
      LOG.debug("{} is not a checkpoint: {}", step, e.getMessage());
      return Optional.empty();
    }
  }

  /** Takes its name away first, so that a checkpoint is never seen half deleted. */
  private static void discard(Path step) throws IOException {
    Path aside = step.resolveSibling(DISCARDED + step.getFileName());
    Files.move(step, aside, StandardCopyOption.ATOMIC_MOVE);
  }

  private void removeDiscarded() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> discarded;
    try (Stream<Path> children = Files.list(folder)) {
      discarded =
          children.filter(child -> child.getFileName().toString().startsWith(DISCARDED)).toList();
    }
    for (Path path : discarded) {
      Files.walkFileTree(path, new Deleter());
    }
  }

  /** Deletes a tree, links as links. */
  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(visited);
      return FileVisitResult.CONTINUE;
    }
  }
}
