package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Templates;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  /** A small comparison at one size with one seed. */
  private static Command compare(Object... more) {
    Object[] sized =
        Stream.of(new Object[] {"--sizes", "32x2"}, more).flatMap(Stream::of).toArray();
    return Fixture.compare(fixture.data(), sized);
  }

  @Test
  void compareWritesAReportDoesNothingTheSecondTimeAndMixesNoSettings() throws IOException {
    Path out = own.resolve("compare");
    Object[] arguments = {"--fit-steps", 1, "--out", out};
    Command first = compare(arguments);
    assertThat(first).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(out.resolve("report.html")).isNotEmptyFile();
    byte[] csv = Files.readAllBytes(out.resolve("compare.csv"));
    byte[] templates = Files.readAllBytes(out.resolve("templates.safetensors"));
    Command second = compare(arguments);
    assertThat(second.code()).isZero();
    assertThat(second.out()).doesNotContain("% correct", "pre-training");
    assertThat(out.resolve("compare.csv")).hasBinaryContent(csv);
    assertThat(out.resolve("templates.safetensors")).hasBinaryContent(templates);
    Object[] others = with(arguments, "--rate", 0.1);
    Command changed = compare(others);
    assertThat(changed.code()).isNotZero();
    assertThat(changed.err()).contains("other settings", "training was", "0.1", "another folder");
    Object[] faster = with(arguments, "--rate-of", "weit=0.2");
    assertThat(compare(faster).err()).contains("other settings", "rate of weit was 0.001", "0.2");
    Object[] taught = with(arguments, "--fit-teaching", 1);
    assertThat(compare(taught).err()).contains("fit's teaching was 0.0 and is now 1.0");
    assertThat(out.resolve("compare.csv")).hasBinaryContent(csv);
  }

  @Test
  void theReportIsWrittenAnewWithoutRunningWhatIsMissing() throws IOException {
    Path out = own.resolve("compare");
    Command none = compare("--fit-steps", 1, "--out", out, "--report-only");
    assertThat(none.code()).isNotZero();
    assertThat(none.complaint()).contains("--report-only needs", out.resolve("compare.csv") + "");
    assertThat(out).doesNotExist();
    assertThat(compare("--methods", "scratch", "--fit-steps", 1, "--out", out).code()).isZero();
    Files.delete(out.resolve("report.html"));
    byte[] csv = Files.readAllBytes(out.resolve("compare.csv"));
    byte[] settings = Files.readAllBytes(out.resolve("experiment.txt"));
    Command report = compare("--fit-steps", 1, "--out", out, "--report-only"); // weit is missing
    assertThat(report).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(report.out()).contains("scratch").doesNotContain("% correct", "still at");
    assertThat(out.resolve("report.html"))
        .content()
        .contains("<code>weit compare ")
        .doesNotContain("--report-only");
    assertThat(out.resolve("compare.csv")).hasBinaryContent(csv);
    assertThat(out.resolve("experiment.txt")).hasBinaryContent(settings);
  }

  @Test
  void aReportNeedsNothingThatIsNotTrainedYet() throws IOException {
    Path out = own.resolve("begun");
    assertThat(compare("--methods", "scratch", "--out", out).code()).isZero();
    String more = "scratch,supernet,wave,ligo,weight-selection-fitted";
    Object[] options = {"--methods", more, "--seeds", "1,2", "--out", out};
    Command report = compare(with(options, "--report-only"));
    assertThat(report).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(report.out())
        .contains("not measured yet: 2 trials of supernet, 2 trials of wave, ")
        .contains("1 trial of scratch")
        .doesNotContain("pre-training", "% correct");
    assertThat(out.resolve("supernet.safetensors")).doesNotExist();
    assertThat(out.resolve("report.html")).content().contains("</html>");
  }

  @Test
  void pretrainingHasASeedOfItsOwn() {
    for (int seed : new int[] {3, 4}) {
      Path out = own.resolve("seed-" + seed);
      Command first = compare("--methods", "scratch", "--pretrain-seed", seed, "--out", out);
      assertThat(first).extracting(Command::code, Command::err).containsExactly(0, "");
      assertThat(Command.run("inspect", out.resolve("templates.safetensors")).out())
          .containsPattern("seed +" + seed + "\\R");
    }
    assertThat(own.resolve("seed-4/templates.safetensors"))
        .isRegularFile()
        .extracting(Hashes::sha256)
        .isNotEqualTo(Hashes.sha256(own.resolve("seed-3/templates.safetensors")));
  }

  private Command withRate(double rate, int fitSteps, String out) {
    return compare(
        "--methods",
        "weit,supernet-fitted",
        "--fit-steps",
        fitSteps,
        "--rate",
        rate,
        "--parents",
        own.resolve("shared"),
        "--out",
        own.resolve(out));
  }

  private List<String> fits() throws IOException {
    try (Stream<Path> fits = Files.list(own.resolve("shared/fits"))) {
      return fits.map(Path::getFileName).map(Path::toString).toList();
    }
  }

  private List<Measurement> rows(String out, String phase) {
    return MeasurementCsv.read(own.resolve(out).resolve("compare.csv")).stream()
        .filter(row -> row.phase().equals(phase))
        .toList();
  }

  @Test
  void comparisonsThatDifferInTrainingShareTheirFits() throws IOException {
    Command first = withRate(1e-3, 7, "slow");
    assertThat(first).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(first.out()).contains("7/7");
    assertThat(fits())
        .hasSize(2)
        .anyMatch(name -> name.startsWith("weit-32x2-1-"))
        .anyMatch(name -> name.startsWith("supernet-fitted-32x2-1-"));

    Command second = withRate(1e-2, 7, "fast");
    assertThat(second).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(second.out()).doesNotContain("7/7");
    assertThat(rows("fast", Measurement.FITTED))
        .isEqualTo(rows("slow", Measurement.FITTED))
        .hasSize(2);
    assertThat(rows("fast", Measurement.TRAINED)).isNotEqualTo(rows("slow", Measurement.TRAINED));

    assertThat(withRate(1e-3, 7, "again").out()).doesNotContain("7/7");
    assertThat(rows("again", Measurement.TRAINED))
        .as("training from a fit that was kept")
        .isEqualTo(rows("slow", Measurement.TRAINED));

    assertThat(withRate(1e-3, 6, "shorter").out()).contains("6/6");
    assertThat(fits()).hasSize(4);
  }

  @Test
  void aReportTellsOfMethodsThatWereComparedBefore() throws IOException {
    Path parents = own.resolve("shared");
    Object[] first = {
      "--methods",
      "weit,supernet-fitted",
      "--rate-of",
      "weit=2e-4",
      "--fit-steps",
      1,
      "--crop",
      2,
      "--parents",
      parents,
      "--out",
      own.resolve("table")
    };
    assertThat(compare(first).code()).isZero();
    Files.delete(parents.resolve("supernet.safetensors"));
    Object[] second = {
      "--methods",
      "scratch",
      "--fit-steps",
      1,
      "--crop",
      2,
      "--parents",
      parents,
      "--out",
      own.resolve("table")
    };
    assertThat(compare(second)).extracting(Command::code, Command::err).containsExactly(0, "");

    assertThat(Files.readString(own.resolve("table").resolve("report.html")))
        .contains(
            "Composed from templates that were learnt once for all sizes",
            "all of whose weights are fitted as scalers are",
            "images mirrored at random, cropped at random after 2 pixels of padding",
            "but for the peak rates of these: weit 2.0E-4")
        .contains("supernet, not there", "Needed supernet")
        .doesNotContain("No description was given", "Augmentation[");
    assertThat(Files.exists(parents.resolve("supernet.safetensors"))).isFalse();
  }

  @Test
  void trialsThatAreStillAtAnotherProcessAreCounted() throws IOException {
    Path out = own.resolve("elsewhere");
    Path claims = Files.createDirectories(out.resolve("trials")).resolve("claims");
    Object[] methods = {"--methods", "scratch,mimetic", "--out", out};
    try (FileChannel channel =
            FileChannel.open(claims, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock trial =
            channel.lock(Integer.toUnsignedLong("mimetic-32x2-1".hashCode()), 1, false)) {
      assertThat(trial.isValid()).isTrue();
      Command command = compare(methods);
      assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
      assertThat(command.out()).contains("1 trial is still at another process");
      assertThat(Fixture.trained(out)).containsOnlyKeys("scratch");
    }
    assertThat(compare(methods).out()).doesNotContain("still at another process");
    assertThat(Fixture.trained(out)).containsOnlyKeys("scratch", "mimetic");
  }

  @Test
  void aTrialThatDivergesIsReportedAndTheOthersAreRun() throws IOException {
    Object[] training = {
      "--methods",
      "scratch,mimetic",
      "--rate-of",
      "mimetic=1e30",
      "--epochs",
      "1,2",
      "--out",
      own.resolve("training")
    };
    assertThat(compare(training)).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(rows("training", Measurement.TRAINED))
        .filteredOn(row -> row.method().equals("mimetic"))
        .hasSize(2)
        .allMatch(row -> Double.isNaN(row.loss()) && row.steps() < 4);
    assertThat(rows("training", Measurement.TRAINED))
        .filteredOn(row -> row.method().equals("scratch"))
        .hasSize(2)
        .allMatch(row -> Double.isFinite(row.loss()));
    assertThat(Files.readString(own.resolve("training").resolve("report.html")))
        .contains("so training had diverged, for mimetic at 32x2, seed 1");

    Object[] fit = {"--fit-rate", 1e30, "--fit-steps", 4, "--out", own.resolve("fit")};
    Command fitted = compare(fit);
    assertThat(fitted.code()).isNotZero();
    assertThat(fitted.err()).contains("weit at 32x2, seed 1, has no result: in its fit");
    assertThat(rows("fit", Measurement.TRAINED))
        .extracting(Measurement::method)
        .containsExactly("scratch");
    assertThat(own.resolve("fit").resolve("report.html")).isNotEmptyFile();
  }

  /** What is there already says what sizes there are, whatever the options would pre-train. */
  @Test
  void sizesAreThoseOfTheTemplatesThatAreThere() {
    Object[] narrow = {
      "--methods", "weit", "--sizes", "48x2", "--fit-steps", 1, "--parents", own.resolve("narrow")
    };
    assertThat(compareNarrow(narrow, "--head-size", 16, "--template-width", 16)).isZero();
    assertThat(compareNarrow(narrow)).isZero();
  }

  private int compareNarrow(Object[] arguments, Object... more) {
    Object[] out = {"--out", own.resolve("out" + more.length)};
    return compare(Stream.of(arguments, more, out).flatMap(Stream::of).toArray()).code();
  }

  @Test
  void whatCannotBeIsSaidBeforeAnythingIsTrained() {
    Path out = own.resolve("early");
    assertThat(compare("--sizes", "40x2", "--out", out).err()).contains("40", "32");
    Object[] magic = {"compare", "--methods", "weit,magic", "--data", "no-such-folder"};
    assertThat(Command.run(magic).complaint())
        .contains("no method is called 'magic'", "scratch-long");
    assertThat(compare("--methods", "weit,sws", "--out", out).err())
        .contains("sws has nothing to start from", "five shared layers", "64x2", "--methods");
    assertThat(out.resolve("templates.safetensors")).doesNotExist();
  }

  @Test
  void whatIsMissingIsTrainedLikeWhatIsThere() {
    Path out = own.resolve("beside");
    assertThat(compare("--methods", "scratch", "--out", out).code()).isZero();
    Object[] others = {"--pretrain-seed", 1, "--full-first", 0.5, "--out", out};
    Command there = compare(with(others, "--methods", "scratch"));
    assertThat(there).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(there.out())
        .contains("templates.safetensors is there, of size 64x2, 2 steps and seed 0")
        .contains("taken as it is; asked for now is another: --full-first, --pretrain-seed\n");
    Command beside = compare(with(others, "--methods", "supernet"));
    assertThat(beside.code()).isEqualTo(1);
    assertThat(beside.complaint())
        .contains("supernet.safetensors is missing", "expected --pretrain-seed 0, found 1")
        .contains("expected --full-first 0.0, found 0.5", "--parents");
    assertThat(beside.out()).doesNotContain("pre-training");
    assertThat(compare("--methods", "supernet", "--hold-out", "64x1", "--out", out).out())
        .contains("pre-training")
        .doesNotContain("taken as it is");
    assertThat(Command.run("inspect", out.resolve("supernet.safetensors")).out())
        .containsPattern("sampling.held_out +32x2\\R");
  }

  @Test
  void whatTrialsStartedFromIsNotTrainedAnewBesideThem() throws IOException {
    Path out = own.resolve("anew");
    Object[] both = {"--methods", "scratch,supernet", "--out", out};
    assertThat(compare(both).code()).isZero();
    Files.delete(out.resolve("supernet.safetensors"));
    Command again = compare(both);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.complaint())
        .contains("supernet.safetensors is missing", "delete trials/supernet-[0-9]*.csv");
    assertThat(again.out()).doesNotContain("pre-training");
    Files.delete(out.resolve("trials/supernet-32x2-1.csv"));
    assertThat(compare(with(both, "--template-rate", 2)).out())
        .contains("pre-training", "supernet seed 1");
  }

  private static Object[] with(Object[] first, Object... more) {
    return Stream.of(first, more).flatMap(Stream::of).toArray();
  }

  /** A method of the same weights and the same rate is the same trial: images, order and all. */
  @Test
  void everyStartTrainsAlike() {
    Object[] twice = {
      "--methods",
      "scratch,scratch-long",
      "--epochs",
      "1,2",
      "--long-epochs",
      "1,2",
      "--ema",
      0.5,
      "--crop",
      2,
      "--mixup",
      0.2,
      "--out",
      own.resolve("twice")
    };
    assertThat(compare(twice).code()).isZero();
    List<Measurement> rows = MeasurementCsv.read(own.resolve("twice").resolve("compare.csv"));
    assertThat(rows)
        .filteredOn(row -> row.method().equals("scratch"))
        .extracting(Measurement::epoch, Measurement::accuracy, Measurement::loss)
        .hasSize(3)
        .containsExactlyElementsOf(
            rows.stream()
                .filter(row -> row.method().equals("scratch-long"))
                .map(row -> tuple(row.epoch(), row.accuracy(), row.loss()))
                .toList());
  }

  @Test
  void aBrokenFitIsNamedAndSaidToBeNoLoss() throws IOException {
    assertThat(withRate(1e-3, 1, "whole").code()).isZero();
    for (String name : fits()) {
      Files.writeString(own.resolve("shared/fits").resolve(name), "cut off");
    }
    assertThat(withRate(1e-2, 1, "broken").err())
        .contains("shared/fits/", "-32x2-1-", "delete it, and it is made again");
  }

  @Test
  void aKeptFitIsWeightsLikeAny() throws IOException {
    assertThat(withRate(1e-3, 1, "whole").code()).isZero();
    double fitted = rows("whole", Measurement.FITTED).get(0).accuracy();
    String name = fits().stream().filter(fit -> fit.startsWith("weit-")).findFirst().orElseThrow();
    Path fit = own.resolve("shared/fits").resolve(name);
    assertThat(Command.run("eval", "--weights", fit, "--data", fixture.data()).out())
        .contains(String.format(Locale.ROOT, "%.2f %%", 100 * fitted));
  }

  @Test
  void theReportIsThereBeforeAllTrialsAre() throws IOException {
    assertThat(withRate(1e-3, 1, "whole").code()).isZero();
    for (String name : fits()) {
      if (name.startsWith("supernet")) { // ends the second trial below
        Files.writeString(own.resolve("shared/fits").resolve(name), "cut off");
      }
    }
    assertThat(withRate(1e-2, 1, "half").code()).isEqualTo(1);
    assertThat(rows("half", Measurement.TRAINED))
        .extracting(Measurement::method)
        .containsOnly("weit");
    assertThat(own.resolve("half/report.html")).content().contains("32x2", "</html>");
  }

  @Test
  void aFitMirrorsImagesAndDoesNothingElseToThemAndMaySkipSteps() throws IOException {
    Path out = own.resolve("crops");
    Object[] options = {"--methods", "scratch", "--crop", 2, "--mixup", 0.2, "--skip-steps", 3};
    assertThat(compare(with(options, "--out", out)).code()).isZero();
    assertThat(Files.readAllLines(out.resolve("experiment.txt")))
        .anyMatch(
            line -> line.matches("fit = .*skippable=3.*flip=true, cropPadding=0, mixupAlpha=0.0.*"))
        .anyMatch(
            line ->
                line.matches(
                    "training = .*skippable=3.*flip=true, cropPadding=2, mixupAlpha=0.2.*"));
  }

  @Test
  void compareRunsEveryMethodWhereItHasSomethingToOffer() throws IOException {
    Path out = own.resolve("methods");
    Command command =
        Command.run(
            "compare",
            "--data",
            fixture.data(),
            "--size",
            "64x5",
            "--largest",
            "64x6",
            "--full-first",
            0.5,
            "--in-place-distillation",
            0.5,
            "--pretrain-steps",
            2,
            "--pretrain-batch",
            8,
            "--template-counts",
            "2,2,1",
            "--methods",
            "weit,weit-unfitted,scratch,scratch-long,mimetic,weight-selection,weight-selection-fitted,stacking,supernet,"
                + "supernet-fitted,ligo,tleg,sws,wave,weit-taught,supernet-taught,random-templates,scratch-fitted",
            "--sizes",
            "32x3,64x6",
            "--seeds",
            1,
            "--epochs",
            1,
            "--long-epochs",
            "1,2",
            "--batch",
            8,
            "--fit-steps",
            1,
            "--fit-images",
            16,
            "--fit-teaching",
            0.5,
            "--rate-of",
            "weit=2e-4,wave=3e-4",
            "--ema",
            0.5,
            "--parents",
            own.resolve("parents"),
            "--out",
            out);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    Map<String, List<String>> sizes = Fixture.trained(out);
    assertThat(sizes.keySet()).hasSize(18);
    assertThat(sizes)
        .containsEntry("weit", List.of("32x3 1", "64x6 1"))
        .containsEntry("scratch-long", List.of("32x3 1", "32x3 2", "64x6 1", "64x6 2"))
        .containsEntry("weight-selection", List.of("32x3 1"))
        .containsEntry("weight-selection-fitted", List.of("32x3 1"))
        .containsEntry("ligo", List.of("64x6 1"))
        .containsEntry("tleg", List.of("64x6 1"));
    assertThat(own.resolve("parents").resolve("dense.safetensors")).isNotEmptyFile();
    assertThat(Files.readString(out.resolve("experiment.txt")))
        .contains(
            "fit's teaching = 0.5",
            "rate of weit = 2.0E-4",
            "rate of wave = 3.0E-4",
            "rate of scratch = 0.001");
    assertThat(Files.readString(out.resolve("report.html")))
        .contains(
            "but for the peak rates of these: wave 3.0E-4, weit 2.0E-4",
            "the first 50&nbsp;% of the steps trained the full size alone; after that 50&nbsp;% of");
    try (NDManager manager = NDManager.newBaseManager()) {
      Path templates = own.resolve("parents").resolve("templates.safetensors");
      assertThat(Templates.load(templates, manager).provenance())
          .containsEntry("sampling.full_first", "0.5")
          .containsEntry("sampling.maximum", "64x6");
    }
    assertThat(Command.run("compare", "--methods", "magic", "--data", fixture.data()).err())
        .contains("magic", "weight-selection");
    assertThat(Command.run("compare", "--rate-of", "weit=0", "--data", fixture.data()).err())
        .contains("rate of weit must be above 0, found 0.0");
  }
}
