package io.github.weit.benchmarks;

import io.github.weit.cli.Weit;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.Seed;
import io.github.weit.core.files.Hashes;
import io.github.weit.training.metrics.CsvLog;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Kills a pre-training at random moments, lets it go on, and compares what it ends with to a run
 * that was left alone. Arguments: the CSV to write, and how many kills there shall be.
 */
public final class KillRounds {

  private static final int STEPS = 600;
  private static final int SHORTEST_MILLIS = 700;
  private static final int LONGEST_MILLIS = 3500;

  private final Path folder;
  private final RandomGenerator random = new Seed(1).generator();

  private KillRounds(Path folder) {
    this.folder = folder;
  }

  /** Ends with exit code 1 if a run could not go on or ended in another file. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int kills = Integer.parseInt(arguments[1]);
    KillRounds rounds = new KillRounds(Files.createTempDirectory("weit-kills"));
    rounds.drawPictures();
    boolean right = true;
    List<String> header =
        List.of(
            "run", "kills", "in_time", "same_file", "failed_to_go_on", "date", "cpu", "versions");
    try (CsvLog csv = CsvLog.open(Path.of(arguments[0]), header)) {
      Path whole = rounds.folder.resolve("whole.safetensors");
      rounds.process(whole).waitFor();
      String expected = Hashes.sha256(whole);
      var machine = RunInfo.provenance("KillRounds");
      for (int run = 1, killed = 0; killed < kills; run++) {
        Outcome outcome = rounds.run(rounds.folder.resolve("run-" + run + ".safetensors"));
        boolean same = outcome.failures() == 0 && Hashes.sha256(outcome.file()).equals(expected);
        right &= same;
        killed += outcome.kills();
        csv.row(
            run,
            outcome.kills(),
            outcome.withCheckpoint(),
            same,
            outcome.failures(),
            machine.date(),
            machine.cpu(),
            machine.versions());
        System.out.printf(
            Locale.ROOT,
            "run %d: %s, %d kills so far, same file: %s%n",
            run,
            outcome,
            killed,
            same);
      }
    }
    System.exit(right ? 0 : 1);
  }

  /**
   * One run with its kills.
   *
   * @param withCheckpoint kills that found a checkpoint to go on from
   */
  private record Outcome(Path file, int kills, int withCheckpoint, int failures) {}

  private Outcome run(Path file) throws IOException, InterruptedException {
    int kills = 0;
    int withCheckpoint = 0;
    while (true) {
      Process process = process(file);
      int delay = SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS);
      if (process.waitFor(delay, TimeUnit.MILLISECONDS)) {
        return new Outcome(file, kills, withCheckpoint, process.exitValue() == 0 ? 0 : 1);
      }
      process.destroyForcibly().waitFor();
      kills++;
      withCheckpoint += Files.isDirectory(checkpoints(file)) ? 1 : 0;
    }
  }

  private static Path checkpoints(Path file) {
    return file.resolveSibling(file.getFileName() + ".checkpoints");
  }

  private Process process(Path file) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Weit.class.getName()));
    line.addAll(List.of("pretrain", "--data", folder.resolve("data").toString()));
    line.addAll(List.of("--size", "64x2", "--template-counts", "4,4,2", "--threads", "1"));
    line.addAll(List.of("--pretrain-steps", Integer.toString(STEPS), "--pretrain-batch", "16"));
    line.addAll(List.of("--checkpoint-every", "7", "--resume", "--out", file.toString()));
    Path log = folder.resolve("log.txt");
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Three classes of noise of different brightness. */
  private void drawPictures() throws IOException {
    for (String part : List.of("train", "test")) {
      for (int brightness = 0; brightness < 3; brightness++) {
        Path classFolder = folder.resolve("data").resolve(part).resolve("level" + brightness);
        Files.createDirectories(classFolder);
        for (int picture = 0; picture < 16; picture++) {
          BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
          int base = 60 * brightness;
          Stream.iterate(0, i -> i + 1)
              .limit(64)
              .forEach(i -> image.setRGB(i % 8, i / 8, (base + random.nextInt(90)) * 0x010101));
          ImageIO.write(image, "png", classFolder.resolve(picture + ".png").toFile());
        }
      }
    }
  }
}
