package io.github.weit.cli.report;

import static io.github.weit.cli.report.Synthetic.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final double NONE = Double.NaN;

  @Test
  void headlineIsTheMeanOverSizesThatPretrainingNeverSaw() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.50, 0.52, 0.60));
    rows.addAll(run("weit", "b", 1, 0.60, 0.62, 0.64));
    rows.addAll(run("weit", "128x6", 1, 0.90, 0.90, 0.90)); // seen: not in the headline
    rows.addAll(run("scratch", "a", 1, NONE, 0.30, 0.40));
    rows.addAll(run("scratch", "b", 1, NONE, 0.33, 0.46));

    assertThat(findings(rows).headline())
        .isEqualTo(
            "Without any training, models composed at two sizes that pre-training never saw reach"
                + " 55.0 % on average; training from scratch reaches 31.5 % after one epoch and"
                + " 43.0 % after two.");
  }

  @Test
  void headlineAdmitsThatAllSizesWereSeen() {
    assertThat(findings(run("weit", "96x4", 1, 0.5)).headline())
        .isEqualTo(
            "Without any training, a model composed at one size that pre-training had sampled"
                + " reaches 50.0 %.");
  }

  @Test
  void headlineWithoutComposedModelsClaimsNothing() {
    assertThat(findings(run("scratch", "a", 1, NONE, 0.3)).headline())
        .isEqualTo("No composed model was measured.");
  }

  @Test
  void saysSoWhereWeitIsAheadEverywhere() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.35, 0.40, 0.50));
    rows.addAll(run("weit", "b", 1, 0.60, 0.60, 0.64));
    rows.addAll(run("scratch", "a", 1, NONE, 0.30, 0.40));
    rows.addAll(run("scratch", "b", 1, NONE, 0.33, 0.60));

    assertThat(findings(rows).points())
        .containsExactly(
            findings(rows).headline(),
            "After the last epoch of ordinary training, WeiT is ahead of training from scratch at"
                + " both sizes, by 7.0 points on average (from 4.0 at b to 10.0 at a). With one"
                + " seed, no interval can be given.");
  }

  @Test
  void saysSoWhereWeitIsBehindEverywhere() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.20, 0.18, 0.38));
    rows.addAll(run("scratch", "a", 1, NONE, 0.30, 0.40));

    assertThat(findings(rows).points())
        .containsExactly(
            findings(rows).headline(),
            "After the last epoch of ordinary training, WeiT is behind training from scratch at a,"
                + " by 2.0 points. With one seed, no interval can be given.",
            "Ordinary training at first costs WeiT accuracy: after one epoch it is below its own"
                + " start at a, by 2.0 points.");
  }

  @Test
  void namesTheSizesWhereWeitIsBehind() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.50, 0.50));
    rows.addAll(run("weit", "b", 1, 0.50, 0.50));
    rows.addAll(run("scratch", "a", 1, NONE, 0.40));
    rows.addAll(run("scratch", "b", 1, NONE, 0.52));

    assertThat(findings(rows).points().get(1))
        .startsWith(
            "After the last epoch of ordinary training, WeiT is ahead of training from scratch at"
                + " one of two sizes and behind it at b (\u22122.0); on average it is ahead by 4.0"
                + " points.");
  }

  @Test
  void callsATieATie() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.50, 0.5001));
    rows.addAll(run("scratch", "a", 1, NONE, 0.5004));

    assertThat(findings(rows).points().get(1))
        .contains("WeiT is level with training from scratch at a.");
  }

  @Test
  void comparesWithOtherMethodsBeforeAndAfterTraining() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.55, 0.57));
    rows.addAll(run("weight-selection", "a", 1, 0.25, 0.58));

    assertThat(findings(rows).points())
        .anyMatch(
            s ->
                s.contains(
                    "After the last epoch of ordinary training, WeiT is behind weight selection at"
                        + " a, by 1.0"))
        .anyMatch(
            s ->
                s.contains(
                    "Before ordinary training, WeiT is ahead of weight selection at a, by 30.0"));
  }

  @Test
  void tellsChanceFromEffectByTheIntervalOverSeeds() {
    List<Measurement> close = new ArrayList<>();
    close.addAll(run("weit", "a", 1, 0.5, 0.50));
    close.addAll(run("weit", "a", 2, 0.5, 0.54));
    close.addAll(run("scratch", "a", 1, NONE, 0.50));
    close.addAll(run("scratch", "a", 2, NONE, 0.50)); // leads 0 and 4: 2 +- 25
    List<Measurement> far = new ArrayList<>(close.subList(0, 4));
    far.addAll(run("scratch", "a", 1, NONE, 0.300));
    far.addAll(run("scratch", "a", 2, NONE, 0.341)); // leads 20 and 19.9: 19.95 +- 0.64

    assertThat(findings(close).points().get(1)).endsWith("includes zero.");
    assertThat(findings(far).points().get(1))
        .endsWith("The 95 % interval over seeds leaves out zero.");
    assertThat(Statistic.of(List.of(20.0, 19.9)).halfWidth())
        .isCloseTo(0.6353, org.assertj.core.data.Offset.offset(1e-4));
  }

  @Test
  void caveatsAreThoseOfTheNumbers() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.55, 0.57, 0.58));
    rows.addAll(run("scratch", "a", 1, NONE, 0.30, 0.32));
    rows.addAll(run("scratch", "b", 1, NONE, 0.30));
    List<String> caveats = new Caveats(Synthetic.setting(), Summary.of(rows)).sentences();

    assertThat(caveats)
        .anyMatch(s -> s.contains("There is one seed"))
        .anyMatch(s -> s.contains("still gaining up to 2.0 points an epoch"))
        .anyMatch(s -> s.contains("4,000 test images") && s.contains("up to 0.8 points"))
        .anyMatch(s -> s.contains("40,000 different images, ordinary training from 10,000"))
        .anyMatch(s -> s.contains("No other way to use a pre-trained model is compared"))
        .anyMatch(s -> s.contains("Not measured to the last epoch: WeiT and from scratch at b."));
  }

  @Test
  void comparesWithTheEndOfTheLongerTraining() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5, 0.50, 0.52));
    rows.addAll(run("scratch-long", "a", 1, 0.1, 0.20, 0.30, 0.40, 0.55));

    assertThat(findings(rows).points())
        .contains(
            "After epoch 2, WeiT is behind longer training from scratch, after epoch 4, at a, by"
                + " 3.0 points. With one seed, no interval can be given.")
        .noneMatch(s -> s.startsWith("Before ordinary training"));
  }

  @Test
  void ofManyRivalsSpeaksOfTheTwoThatAreClosest() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5, 0.50));
    rows.addAll(run("far", "a", 1, 0.5, 0.20));
    rows.addAll(run("near", "a", 1, 0.5, 0.48));
    rows.addAll(run("ahead", "a", 1, 0.5, 0.51));

    assertThat(String.join(" ", findings(rows).points()))
        .contains("behind ahead at a, by 1.0", "ahead of near at a, by 2.0")
        .doesNotContain("far");
  }

  @Test
  void caveatsNameDivergedRunsAndUnequalSizes() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5, 0.5));
    rows.addAll(run("weit", "b", 1, 0.5, 0.5));
    rows.addAll(run("mimetic", "a", 1, 0.1, 0.2));
    rows.add(
        new Measurement(
            "mimetic", "a", 64, 6, 7, "trained", 1, 10, 640, 0.1, Double.NaN, 1000, 64_000, 0));

    assertThat(new Caveats(Synthetic.setting(), Summary.of(rows)).sentences())
        .anyMatch(s -> s.contains("had diverged, for mimetic at a, seed 7."))
        .anyMatch(s -> s.contains("not measured at the same sizes"))
        .noneMatch(s -> s.contains("No other way"));
  }

  @Test
  void caveatsExpectNothingWhereAMethodRefuses() {
    Summary summary = Summary.of(Crowd.rows(2), Crowd.setting().methods());

    assertThat(new Caveats(Crowd.setting(), summary).sentences())
        .noneMatch(s -> s.startsWith("Not measured"))
        .anyMatch(s -> s.contains("closest of nine other methods"))
        .anyMatch(s -> s.contains("longer training from scratch has a schedule of its own"));
    assertThat(new Caveats(Synthetic.setting(), summary).sentences())
        .anyMatch(
            s -> s.startsWith("Not measured") && s.contains("stacking and ligo at all but 128x6,"));
  }

  @Test
  void caveatsSayWhoHasHowManySeeds() {
    List<Measurement> rows = new ArrayList<>();
    for (String method : List.of("weit", "ligo", "supernet", "mimetic", "wave", "scratch")) {
      rows.addAll(run(method, "a", 1, 0.1, 0.2));
      rows.addAll(run(method, "b", 1, 0.1, 0.2));
    }
    rows.addAll(run("weit", "a", 2, 0.1, 0.2));
    rows.addAll(run("weit", "b", 2, 0.1, 0.2));
    rows.addAll(run("ligo", "b", 2, 0.1, 0.2));

    assertThat(new Caveats(Synthetic.setting(), Summary.of(rows)).sentences())
        .anyMatch(
            s ->
                s.startsWith(
                    "There are two seeds of WeiT and ligo, one seed of four others; of one seed,"
                        + " chance cannot be told"))
        .contains("Not measured to the last epoch: ligo (seed 2) at a.");
  }

  @Test
  void intervalsAreOfSizesWithSeveralSeeds() {
    List<Measurement> rows = new ArrayList<>();
    for (String size : List.of("a", "b", "c")) {
      rows.addAll(run("weit", size, 1, NONE, 0.5));
      rows.addAll(run("scratch", size, 1, NONE, 0.4));
    }
    rows.addAll(run("weit", "a", 2, NONE, 0.501));
    rows.addAll(run("scratch", "a", 2, NONE, 0.4));
    assertThat(String.join(" ", findings(rows).points()))
        .contains("over seeds leaves out zero at a; elsewhere is one seed.");

    rows.addAll(run("weit", "b", 2, NONE, 0.7));
    rows.addAll(run("scratch", "b", 2, NONE, 0.4));
    assertThat(String.join(" ", findings(rows).points()))
        .contains("over seeds leaves out zero at one of the two sizes with several seeds.");
  }

  @Test
  void aFirstEpochThatCostsNextToNothingIsNoFinding() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5, 0.499));
    rows.addAll(run("weit", "b", 1, 0.5, 0.499));
    assertThat(findings(rows).points()).noneMatch(s -> s.startsWith("Ordinary training at first"));

    rows.addAll(run("weit", "b", 2, 0.5, 0.499)); // the same of every seed
    assertThat(findings(rows).points())
        .anyMatch(s -> s.endsWith("it is below its own start at b (\u22120.1)."));
  }

  @Test
  void ofRivalsThoseWithMostSizesComeFirst() {
    List<Measurement> rows = new ArrayList<>();
    for (String size : List.of("a", "b", "c")) {
      rows.addAll(run("weit", size, 1, NONE, 0.50));
      rows.addAll(run("supernet", size, 1, NONE, 0.48));
      rows.addAll(run("mimetic", size, 1, NONE, 0.20));
    }
    rows.addAll(run("wave", "a", 1, NONE, 0.52));
    rows.addAll(run("ligo", "c", 1, NONE, 0.51));

    assertThat(String.join(" ", findings(rows).points()))
        .contains("WeiT is ahead of supernet at all three sizes, by 2.0")
        .contains(
            "At few sizes only: after the last epoch of ordinary training, WeiT is behind wave")
        .doesNotContain("ligo");
    assertThat(new Answer(Summary.of(rows)).sentences())
        .containsExactly(
            "After epoch 1, the last, none of two other methods is ahead of WeiT on the mean over"
                + " the sizes both have: the closest, supernet, is 2.0 points behind over three"
                + " sizes; none is ahead at any size. At few sizes only: of two other methods,"
                + " wave (by 2.0 points over one size) and ligo (by 1.0 points over one size) are"
                + " ahead of WeiT on the mean over the sizes both have; sizes where another is"
                + " ahead: wave at a, ligo at c.");
  }

  @Test
  void caveatsSayWhoseParentIsDearer() {
    Setting setting =
        Synthetic.setting(
            Synthetic.facts("weit", "WeiT", Synthetic.parent("templates", 100)),
            Synthetic.facts("ligo", "LiGO", Synthetic.parent("dense", 250)));
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5, 0.5));
    assertThat(new Caveats(setting, Summary.of(rows)).sentences())
        .noneMatch(s -> s.contains("equally expensive"));
    rows.addAll(run("ligo", "a", 1, 0.5, 0.5));

    assertThat(new Caveats(setting, Summary.of(rows, setting.methods())).sentences())
        .anyMatch(
            s ->
                s.contains(
                    "that of LiGO took 2.5 times the multiply-accumulates of that of WeiT."));
  }

  private static Findings findings(List<Measurement> rows) {
    return new Findings(Synthetic.setting(), Summary.of(rows));
  }
}
