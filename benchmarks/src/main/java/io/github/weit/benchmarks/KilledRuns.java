package io.github.weit.benchmarks;

import io.github.weit.cli.Weit;
import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.Checkpoint;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.files.Hashes;
import io.github.weit.core.files.SafeTensorsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Runs of one stage in processes of their own.
 *
 * @param name the command
 * @param arguments what it is given beside what concerns its checkpoints and its file
 * @param whole the file of a run that was left alone
 * @param sha256 of that file
 * @param millis how long that run took, the start of its process counted
 */
record KilledRuns(String name, String arguments, Path whole, String sha256, long millis) {

  private static final String STEPS_BETWEEN_CHECKPOINTS = "1";

  /**
   * How a process ended.
   *
   * @param name {@code killed}, {@code ended}, or {@code failed} if it ended with an error
   * @param millis since its start
   * @param newest step of the newest whole checkpoint, -1 without one
   * @param whileWriting whether a file or checkpoint was being written, told from what is left of
   *     it
   * @param unreadable checkpoints with a manifest that are not what it says, states and files under
   *     their final name that cannot be opened and read
   * @param sameFile whether the run's file is the one that a whole run writes
   */
  record Event(
      String name,
      long millis,
      long newest,
      boolean whileWriting,
      int unreadable,
      boolean sameFile) {

    boolean killed() {
      return name.equals("killed");
    }

    boolean wrong() {
      return unreadable > 0 || !killed() && !(name.equals("ended") && sameFile);
    }
  }

  /** Leaves a run of {@code command} alone, for the others to be compared with. */
  static KilledRuns of(Path folder, String command, String arguments)
      throws IOException, InterruptedException {
    Path whole = folder.resolve(command + ".safetensors");
    KilledRuns unfinished = new KilledRuns(command, arguments, whole, "", 0);
    long start = System.nanoTime();
    int code = unfinished.start(whole).waitFor();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    if (code != 0) {
      throw new WeitException(command + " failed, see " + log(whole));
    }
    return new KilledRuns(command, arguments, whole, Hashes.sha256(whole), millis);
  }

  /**
   * A run that is killed and started again until it is through; after {@code most} kills it is left
   * alone.
   */
  List<Event> run(Path out, int most, RandomGenerator random)
      throws IOException, InterruptedException {
    List<Event> events = new ArrayList<>();
    Set<Path> unfinished = Set.of();
    while (true) {
      long start = System.nanoTime();
      Process process = start(out);
      boolean spared = events.size() == most;
      boolean ended =
          spared
              ? process.waitFor() >= 0
              : process.waitFor(random.nextLong(millis), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      long after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      Set<Path> before = unfinished;
      unfinished = unfinished(out);
      String how = ended ? process.exitValue() == 0 ? "ended" : "failed" : "killed";
      boolean whileWriting = !ended && !before.containsAll(unfinished);
      events.add(event(how, after, whileWriting, out));
      if (ended) {
        return events;
      }
    }
  }

  private Event event(String how, long after, boolean whileWriting, Path out) {
    CheckpointStore.Search found = new CheckpointStore(checkpoints(out), 1).latest();
    int unreadable =
        (int) found.passedOver().stream().filter(reason -> reason.contains("is damaged")).count();
    Optional<Checkpoint> newest = found.checkpoint();
    if (newest.isPresent() && !readable(newest.get().file("state.safetensors"))) {
      unreadable++;
    }
    if (Files.exists(out) && !readable(out)) {
      unreadable++; // training writes its file after each epoch
    }
    boolean same = Files.exists(out) && Hashes.sha256(out).equals(sha256);
    return new Event(
        how, after, newest.map(Checkpoint::step).orElse(-1L), whileWriting, unreadable, same);
  }

  private static boolean readable(Path file) {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      reader.tensors().keySet().forEach(reader::read);
      return true;
    } catch (WeitException e) {
      System.out.println(e.getMessage());
      return false;
    }
  }

  /** Temporary files, and checkpoints without a manifest. */
  private static Set<Path> unfinished(Path out) throws IOException {
    Set<Path> found = new HashSet<>();
    try (Stream<Path> beside = Files.list(out.getParent())) {
      beside.filter(path -> path.toString().endsWith(".tmp")).forEach(found::add);
    }
    if (!Files.isDirectory(checkpoints(out))) {
      return found;
    }
    try (Stream<Path> inside = Files.walk(checkpoints(out))) {
      inside
          .filter(
              path ->
                  path.toString().endsWith(".tmp")
                      || path.getFileName().toString().startsWith("step-")
                          && !Files.exists(path.resolve("manifest.json")))
          .forEach(found::add);
    }
    return found;
  }

  private static Path checkpoints(Path out) {
    return out.resolveSibling(out.getFileName() + ".checkpoints");
  }

  private static Path log(Path out) {
    return out.resolveSibling(out.getFileName() + ".log");
  }

  private Process start(Path out) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx300m", "-XX:+UseSerialGC"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Weit.class.getName(), name));
    line.addAll(List.of(arguments.split(" ")));
    line.addAll(List.of("--threads", "1", "--resume", "--out", out.toString()));
    line.addAll(List.of("--checkpoint-every", STEPS_BETWEEN_CHECKPOINTS));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(out).toFile()))
        .start();
  }
}
