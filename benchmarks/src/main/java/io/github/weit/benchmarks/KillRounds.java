package io.github.weit.benchmarks;

import io.github.weit.cli.report.Provenance;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.Seed;
import io.github.weit.training.metrics.CsvLog;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Kills runs of the three stages (SIGKILL) at random moments, the same run again and again until it
 * is through, and holds against each kill that every state on the disk can be read, and against
 * each run that it ends in the same file as one that was left alone. A moment is drawn evenly from
 * the time that a whole run takes here, the start of its process counted. Arguments: the CSV to
 * write, and how many kills there shall be.
 */
public final class KillRounds {

  private static final Seed SEED = new Seed(1);
  private static final int STEPS = 96;

  /** Images of a class, three classes; 6 batches of 8 are an epoch. */
  private static final int IMAGES = 16;

  private static final List<String> HEADER =
      List.of(
          "kills",
          "stage",
          "run",
          "event",
          "after_ms",
          "newest_state",
          "while_writing",
          "unreadable",
          "same_file",
          "seed",
          "date",
          "cpu",
          "threads",
          "command",
          "versions");

  private final Path folder;
  private final RandomGenerator random = SEED.generator();

  private KillRounds(Path folder) {
    this.folder = folder;
  }

  /** Ends with exit code 1 if a state was unreadable or a run ended otherwise than it should. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int wanted = Integer.parseInt(arguments[1]);
    KillRounds rounds = new KillRounds(Files.createTempDirectory("weit-kills"));
    rounds.drawPictures();
    List<KilledRuns> stages = rounds.stages();
    Provenance machine = RunInfo.provenance("KillRounds FILE.csv " + wanted);
    int wrong = 0;
    int kills = 0;
    try (CsvLog csv = CsvLog.open(Path.of(arguments[0]), HEADER)) {
      for (int run = 0; kills < wanted; run++) {
        KilledRuns stage = stages.get(run % stages.size());
        Path out = rounds.folder.resolve(stage.name() + "-" + run + ".safetensors");
        for (KilledRuns.Event event : stage.run(out, wanted - kills, rounds.random)) {
          kills += event.killed() ? 1 : 0;
          wrong += event.wrong() ? 1 : 0;
          row(csv, kills, stage.name(), run + 1, event, machine);
        }
        System.out.printf(Locale.ROOT, "%d kills, %d wrong%n", kills, wrong);
      }
    }
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static void row(
      CsvLog csv, int kills, String stage, int run, KilledRuns.Event event, Provenance machine) {
    csv.row(
        kills,
        stage,
        run,
        event.name(),
        event.millis(),
        event.newest(),
        event.whileWriting(),
        event.unreadable(),
        event.killed() ? "" : event.sameFile(),
        SEED.value(),
        machine.date(),
        machine.cpu(),
        1,
        machine.command(),
        machine.versions());
  }

  /** Each stage goes on from the whole run of the one before. */
  private List<KilledRuns> stages() throws IOException, InterruptedException {
    Path data = folder.resolve("data");
    List<KilledRuns> stages = new ArrayList<>();
    KilledRuns pretrain =
        KilledRuns.of(
            folder,
            "pretrain",
            ("--data %s --size 64x2 --template-counts 4,4,2 --pretrain-steps %d --pretrain-batch 8")
                .formatted(data, STEPS));
    stages.add(pretrain);
    KilledRuns fit =
        KilledRuns.of(
            folder,
            "fit",
            "--templates %s --size 32x2 --data %s --steps %d --batch 8"
                .formatted(pretrain.whole(), data, STEPS));
    stages.add(fit);
    stages.add(
        KilledRuns.of(
            folder,
            "train",
            "--weights %s --data %s --epochs %d --batch 8 --ema 0.99"
                .formatted(fit.whole(), data, STEPS * 8 / (3 * IMAGES))));
    return stages;
  }

  /** Three classes of noise of different brightness. */
  private void drawPictures() throws IOException {
    for (String part : List.of("train", "test")) {
      for (int brightness = 0; brightness < 3; brightness++) {
        Path classFolder = folder.resolve("data").resolve(part).resolve("level" + brightness);
        Files.createDirectories(classFolder);
        for (int picture = 0; picture < IMAGES; picture++) {
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
