package io.github.weit.cli.report;

import static io.github.weit.cli.report.Synthetic.run;
import static io.github.weit.cli.report.Synthetic.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void meansAndDeviationsAreThoseByHand() {
    Statistic s = Statistic.of(List.of(0.50, 0.54, 0.58));

    assertThat(s.mean()).isEqualTo(0.54, within(1e-12));
    assertThat(s.deviation()).isEqualTo(0.04, within(1e-12)); // sqrt((0.04^2 + 0 + 0.04^2) / 2)
    assertThat(s.standardError()).isEqualTo(0.04 / Math.sqrt(3), within(1e-12));
    assertThat(s.n()).isEqualTo(3);
    assertThat(s.min()).isEqualTo(0.50);
    assertThat(s.max()).isEqualTo(0.58);
    assertThat(Statistic.of(List.of(0.5)).deviation()).isNaN();
  }

  @Test
  void groupsBySizeMethodPhaseAndEpoch() {
    Summary summary = twoSeeds();

    assertThat(summary.accuracy("64x6", "weit", new Moment(2)).orElseThrow().mean())
        .isEqualTo(0.58, within(1e-12));
    assertThat(summary.accuracy("64x6", "weit", Moment.COMPOSED).orElseThrow().mean())
        .isEqualTo(0.45, within(1e-12));
    assertThat(summary.accuracy("64x6", "scratch", Moment.COMPOSED)).isEmpty();
    assertThat(summary.methods()).containsExactly("weit", "scratch");
    assertThat(summary.epochs()).containsExactly(1, 2, 3);
    assertThat(summary.seeds()).containsExactly(1L, 2L);
  }

  @Test
  void leadIsPairedOverCommonSeeds() {
    List<Measurement> rows = new ArrayList<>(twoSeedRows());
    rows.addAll(run("weit", "64x6", 3, 0.1, 0.1, 0.1, 0.1)); // no partner: must not count

    Statistic lead = Summary.of(rows).lead("64x6", "weit", "scratch", new Moment(2)).orElseThrow();

    assertThat(lead.n()).isEqualTo(2);
    assertThat(lead.mean()).isEqualTo(18, within(1e-9)); // (0.56 - 0.40, 0.60 - 0.40) in points
    assertThat(lead.deviation()).isEqualTo(Math.sqrt(8), within(1e-9));
    assertThat(Summary.of(rows).lastCommonEpoch("64x6", "weit", "scratch")).hasValue(3);
  }

  @Test
  void theStartIsFittedWhereAMethodFitsElseComposed() {
    List<Measurement> rows = new ArrayList<>();
    rows.add(simple("weit", "a", 1, "composed", 0, 0.5));
    rows.add(simple("weit", "a", 1, "fitted", 0, 0.6));
    rows.add(simple("mimetic", "a", 1, "composed", 0, 0.1));
    Summary summary = Summary.of(rows);

    assertThat(summary.accuracy("a", "weit", Moment.START).orElseThrow().mean()).isEqualTo(0.6);
    assertThat(summary.accuracy("a", "mimetic", Moment.START).orElseThrow().mean()).isEqualTo(0.1);
    assertThat(summary.lead("a", "weit", "mimetic", Moment.START).orElseThrow().mean())
        .isEqualTo(50, within(1e-9));
  }

  @Test
  void sharedEpochsLeaveOutTheLongerTraining() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5, 0.5, 0.6));
    rows.addAll(run("scratch-long", "a", 1, 0.1, 0.2, 0.3, 0.4, 0.5));
    Summary summary = Summary.of(rows);

    assertThat(summary.epochs()).containsExactly(1, 2, 3, 4);
    assertThat(summary.sharedEpochs()).containsExactly(1, 2);
    assertThat(summary.lastShared()).isEqualTo(2);
    assertThat(summary.lastEpoch("a", "scratch-long")).hasValue(4);
    assertThat(Summary.of(run("scratch-long", "a", 1, 0.1, 0.2, 0.3)).sharedEpochs())
        .containsExactly(1, 2);
  }

  @Test
  void momentsAreStartFirstLastAndOthersEvenlyBetween() {
    Summary summary = Summary.of(run("weit", "a", 1, 0.5, 0.1, 0.2, 0.3, 0.4, 0.5));

    assertThat(summary.moments(9)).extracting(Moment::epoch).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(summary.moments(4)).extracting(Moment::epoch).containsExactly(0, 1, 3, 5);
    assertThat(summary.keyMoments()).extracting(Moment::epoch).containsExactly(0, 1, 5);
    assertThat(Summary.of(run("weit", "a", 1, Double.NaN, 0.1)).keyMoments())
        .containsExactly(new Moment(1));
  }

  @Test
  void factsGiveLabelsAndOrder() {
    List<Measurement> rows = new ArrayList<>();
    for (String method :
        List.of("scratch", "b", "a", "scratch-long", "weit-unfitted", "c", "weit")) {
      rows.addAll(run(method, "x", 1, 0.5));
    }
    Summary summary =
        Summary.of(rows, List.of(Synthetic.facts("c", "See"), Synthetic.facts("a", "Ay")));

    assertThat(summary.methods())
        .containsExactly("weit", "weit-unfitted", "c", "a", "b", "scratch-long", "scratch");
    assertThat(summary.label("c")).isEqualTo("See");
    assertThat(summary.label("b")).isEqualTo("b");
    assertThat(summary.label("weit")).isEqualTo("WeiT");
  }

  @Test
  void aLaterRowTakesThePlaceOfAnEarlierOne() {
    Summary summary =
        Summary.of(
            List.of(
                simple("weit", "a", 1, "composed", 0, 0.2),
                simple("weit", "a", 1, "composed", 0, 0.4)));

    assertThat(summary.accuracy("a", "weit", Moment.COMPOSED).orElseThrow().mean()).isEqualTo(0.4);
    assertThat(summary.replaced()).isEqualTo(1);
    assertThat(summary.text()).contains("1 row was measured again");
  }

  @Test
  void sizesStandFromFewParametersToMany() {
    List<Measurement> rows = Synthetic.rows(List.of("weit", "scratch"), 1);
    List<Measurement> reversed = new ArrayList<>(rows);
    java.util.Collections.reverse(reversed);

    assertThat(Summary.of(reversed).sizes())
        .containsExactly("64x6", "96x4", "128x3", "128x9", "192x6");
  }

  @Test
  void refusesNothingAndMixedFamilies() {
    assertThatThrownBy(() -> Summary.of(List.of())).isInstanceOf(WeitException.class);
    Measurement a = simple("weit", "a", 1, "composed", 0, 0.2);
    Measurement b = new Measurement("other", "a", 1, 1, 2, "composed", 0, 0, 0, 0.2, 1, 2000, 1, 0);
    assertThatThrownBy(() -> Summary.of(List.of(a, b)))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(
            "Size a: expected 1000 parameters",
            "of weit with seed 1",
            "found 2000 of other with seed 2");
  }

  @Test
  void textFitsATerminalAndHasALineForEachMethod() {
    String text = Summary.of(Crowd.rows(3), Crowd.setting().methods()).text();

    assertThat(text.lines()).allMatch(l -> l.length() <= 100);
    List<String> league =
        text.lines().dropWhile(l -> !l.startsWith("method")).takeWhile(l -> !l.isEmpty()).toList();
    assertThat(league).hasSize(1 + 13);
    int column = league.get(0).indexOf(" e3") + 3;
    assertThat(league.subList(1, 14)).allMatch(l -> l.charAt(column - 1) == ')');
    assertThat(league.get(1)).startsWith("ligo").contains(" 4 ", "0/4");
    assertThat(text).doesNotContain("size   params");
  }

  @Test
  void textOfFewMethodsHasEverySize() {
    String text = Summary.of(Synthetic.rows(List.of("weit", "scratch"), 3)).text();
    List<String> table =
        text.lines().dropWhile(l -> !l.startsWith("size  ")).takeWhile(l -> !l.isEmpty()).toList();

    assertThat(table).hasSize(1 + 5 * 2);
    assertThat(table.get(1)).contains("64x6", "309k", "WeiT", "(0.");
    assertThat(table.get(2)).startsWith("      ").contains("from scratch");
  }

  @Test
  void textOfOneSeedHasNoDeviations() {
    String text = Summary.of(Synthetic.rows(List.of("weit", "scratch"), 1)).text();

    assertThat(text).doesNotContain("(0.").contains("one seed");
  }

  private static Summary twoSeeds() {
    return Summary.of(twoSeedRows());
  }

  private static List<Measurement> twoSeedRows() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(run("scratch", "64x6", 1, Double.NaN, 0.32, 0.40, 0.45));
    rows.addAll(run("scratch", "64x6", 2, Double.NaN, 0.28, 0.40, 0.47));
    rows.addAll(run("weit", "64x6", 1, 0.44, 0.50, 0.56, 0.60));
    rows.addAll(run("weit", "64x6", 2, 0.46, 0.52, 0.60, 0.62));
    return rows;
  }
}
