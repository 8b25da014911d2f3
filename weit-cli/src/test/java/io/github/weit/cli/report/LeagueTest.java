package io.github.weit.cli.report;

import static io.github.weit.cli.report.Synthetic.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LeagueTest {
  private static final double NONE = Double.NaN;

  @Test
  void meanIsOverSizesOfMeansOverSeedsAndTheSpreadIsOverSeeds() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, NONE, 0.50));
    rows.addAll(run("weit", "a", 2, NONE, 0.54));
    rows.addAll(run("weit", "a", 3, NONE, 0.64)); // a: 0.56; b lacks this seed
    rows.addAll(run("weit", "b", 1, NONE, 0.60));
    rows.addAll(run("weit", "b", 2, NONE, 0.72)); // b: 0.66; by seed: 0.55, 0.63

    League.Mean mean = league(rows).mean("weit", new Moment(1)).orElseThrow();

    assertThat(mean.mean()).isEqualTo(0.61, within(1e-12));
    assertThat(mean.deviation()).isEqualTo(0.08 / Math.sqrt(2), within(1e-12));
    assertThat(mean.sizes()).isEqualTo(2);
    assertThat(mean.least()).isEqualTo(0.56, within(1e-12));
    assertThat(mean.most()).isEqualTo(0.66, within(1e-12));
  }

  @Test
  void oneSeedHasNoSpreadAndAMissingMomentNoMean() {
    League league = league(run("weit", "a", 1, NONE, 0.5));

    assertThat(league.mean("weit", new Moment(1)).orElseThrow().deviation()).isNaN();
    assertThat(league.mean("weit", Moment.START)).isEmpty();
    assertThat(league.mean("ligo", new Moment(1))).isEmpty();
  }

  @Test
  void seedsThatLackSizesGiveNoSpread() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, NONE, 0.5));
    rows.addAll(run("weit", "b", 2, NONE, 0.7));

    League.Mean mean = league(rows).mean("weit", new Moment(1)).orElseThrow();

    assertThat(mean.mean()).isEqualTo(0.6, within(1e-12));
    assertThat(mean.deviation()).isNaN();
  }

  @Test
  void leadIsPairedBySizeAndSeed() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, NONE, 0.50));
    rows.addAll(run("weit", "a", 2, NONE, 0.90)); // no partner
    rows.addAll(run("weit", "b", 1, NONE, 0.60));
    rows.addAll(run("weit", "c", 1, NONE, 0.99)); // no partner
    rows.addAll(run("ligo", "a", 1, NONE, 0.48));
    rows.addAll(run("ligo", "b", 1, NONE, 0.66));

    BySize lead = league(rows).lead("ligo", new Moment(1));

    assertThat(lead.mean()).isEqualTo(-2, within(1e-9)); // 2 and -6
    assertThat(lead.wins()).isEqualTo("1/2");
    assertThat(lead.negative()).containsExactly("b");
    assertThat(lead.sign()).isEqualTo(-1);
    assertThat(league(rows).lead("weit", new Moment(1)).isEmpty()).isTrue();
    assertThat(league(rows).sizes("weit")).isEqualTo(3);
    assertThat(league(rows).sizes("ligo")).isEqualTo(2);
  }

  @Test
  void aTieIsNoWin() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, NONE, 0.5004));
    rows.addAll(run("ligo", "a", 1, NONE, 0.5));

    BySize lead = league(rows).lead("ligo", new Moment(1));

    assertThat(lead.wins()).isEqualTo("0/1");
    assertThat(lead.sign()).isZero();
  }

  @Test
  void orderIsByLeadAtSharedSizesNotByMeans() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, NONE, 0.40));
    rows.addAll(run("weit", "b", 1, NONE, 0.60));
    rows.addAll(run("large-only", "b", 1, NONE, 0.55)); // the higher mean, but behind
    rows.addAll(run("small-only", "a", 1, NONE, 0.41)); // the lower mean, but ahead
    rows.addAll(run("untrained", "a", 1, 0.30));
    rows.addAll(run("scratch", "a", 1, NONE, 0.20));

    assertThat(league(rows).order())
        .containsExactly("small-only", "weit", "large-only", "scratch", "untrained");
  }

  @Test
  void answerNamesWhoIsAheadOnTheMeanAndAtSingleSizes() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("weit", "a", 1, 0.50, 0.55));
    rows.addAll(run("weit", "b", 1, 0.50, 0.55));
    rows.addAll(run("ligo", "b", 1, 0.40, 0.57));
    rows.addAll(run("wave", "a", 1, 0.45, 0.56));
    rows.addAll(run("wave", "b", 1, 0.45, 0.50));
    rows.addAll(run("scratch", "a", 1, 0.10, 0.30));
    rows.addAll(run("scratch", "b", 1, 0.10, 0.56));

    assertThat(new Answer(Summary.of(rows)).sentences())
        .containsExactly(
            "Before ordinary training, WeiT is 40.0 points ahead of random first weights on the mean over"
                + " two sizes (ahead at both); none of two other methods is ahead of WeiT on the"
                + " mean over the sizes both have: the closest, wave, is 5.0 points behind over two"
                + " sizes; none is ahead at any size.",
            "After epoch 1, the last, WeiT is 12.0 points ahead of training from scratch on the mean"
                + " over two sizes (ahead at one, behind at b (\u22121.0)); of two other methods,"
                + " ligo (by 2.0 points over one size) is ahead of WeiT on the mean over the sizes"
                + " both have; sizes where another is ahead: ligo at b, wave at a.");
  }

  @Test
  void answerCallsALevelRivalLevel() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, NONE, 0.50));
    rows.addAll(run("weit", "b", 1, NONE, 0.50));
    rows.addAll(run("ligo", "a", 1, NONE, 0.48));
    rows.addAll(run("ligo", "b", 1, NONE, 0.52));
    rows.addAll(run("wave", "a", 1, NONE, 0.40));

    assertThat(new Answer(Summary.of(rows)).sentences())
        .containsExactly(
            "After epoch 1, the last, none of two other methods is ahead of WeiT on the mean over"
                + " the sizes both have: the closest, ligo, is level with it; sizes where another is"
                + " ahead: ligo at b.");
  }

  @Test
  void answerAdmitsThatWeitIsBehindEverywhere() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, NONE, 0.40));
    rows.addAll(run("weit", "b", 1, NONE, 0.40));
    rows.addAll(run("weit", "c", 1, NONE, 0.40));
    for (String size : List.of("a", "b", "c")) {
      rows.addAll(run("ligo", size, 1, NONE, 0.43));
    }

    assertThat(new Answer(Summary.of(rows)).sentences())
        .containsExactly(
            "After epoch 1, the last, WeiT is 3.0 points behind ligo on the mean over three sizes"
                + " (behind at all three).");
  }

  @Test
  void answerSaysWhoPaidMoreForALead() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, NONE, 0.40));
    rows.addAll(run("wave", "a", 1, NONE, 0.43));
    ToDoubleFunction<String> twice = method -> method.equals("wave") ? 2.06 : 1;
    assertThat(new Answer(Summary.of(rows), twice).sentences())
        .containsExactly(
            "After epoch 1, the last, WeiT is 3.0 points behind wave at a, with 2.1 times the"
                + " pre-training.");
    rows.addAll(run("ligo", "a", 1, NONE, 0.42));
    assertThat(new Answer(Summary.of(rows), twice).sentences().get(0))
        .contains(
            "of two other methods, wave (by 3.0 points over one size, with 2.1 times the"
                + " pre-training) and ligo (by 2.0 points over one size) are ahead");
    rows.addAll(run("weit", "a", 1, NONE, 0.44));
    assertThat(new Answer(Summary.of(rows), twice).sentences().get(0)).doesNotContain("times");
  }

  @Test
  void answerOfOneMethodClaimsNothingOfOthers() {
    assertThat(new Answer(Summary.of(run("weit", "a", 1, 0.5))).sentences())
        .containsExactly(
            "Before ordinary training, WeiT reaches 50.0 % on the mean over one size; nothing else was"
                + " measured.");
    assertThat(new Answer(Summary.of(run("scratch", "a", 1, 0.1, 0.3))).sentences())
        .containsExactly("WeiT was not measured, so nothing can be said of its lead.");
  }

  private static League league(List<Measurement> rows) {
    return new League(Summary.of(rows));
  }
}
