package io.github.weit.cli.report;

import static io.github.weit.cli.report.Synthetic.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.cli.report.StartChart.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class StartChartTest {

  @Test
  void comparesWithTheFirstAndTheLastEpochOfScratch() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5));
    assertThat(StartChart.scratch(Summary.of(rows))).isEmpty();

    rows.addAll(run("scratch", "a", 1, 0.1, 0.2));
    assertThat(StartChart.scratch(Summary.of(rows))).containsExactly(new Trained("scratch", 1));

    rows.addAll(run("scratch", "b", 1, 0.1, 0.2, 0.3, 0.4));
    assertThat(StartChart.scratch(Summary.of(rows)))
        .containsExactly(new Trained("scratch", 1), new Trained("scratch", 3));
  }

  @Test
  void theLastIsThatOfTheLongerTrainingWhereThereIsOne() {
    List<Measurement> rows = new ArrayList<>(run("scratch-long", "a", 1, 0.1, 0.2, 0.3, 0.4, 0.5));
    rows.addAll(run("scratch", "a", 1, 0.1, 0.3, 0.4));

    assertThat(StartChart.scratch(Summary.of(rows)))
        .containsExactly(new Trained("scratch", 1), new Trained("scratch-long", 4));
  }

  @Test
  void showsBesideWeitTheTwoRivalsItLeadsLeast() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5));
    rows.addAll(run("ligo", "a", 1, 0.3));
    rows.addAll(run("supernet", "a", 1, 0.6));
    rows.addAll(run("mimetic", "a", 1, 0.1));
    rows.addAll(run("scratch", "a", 1, 0.1, 0.2));

    assertThat(StartChart.starters(Summary.of(rows))).containsExactly("weit", "supernet", "ligo");
  }

  private static List<Measurement> threeAtFiveSizes() {
    List<Measurement> rows = new ArrayList<>();
    for (String size : List.of("a", "b", "c", "d", "e")) {
      rows.addAll(run("weit", size, 1, 0.5));
      rows.addAll(run("supernet", size, 1, 0.4));
      rows.addAll(run("mimetic", size, 1, 0.1));
    }
    return rows;
  }

  @Test
  void whatHasOneSizeOfManyComesAfterTheOthers() {
    List<Measurement> rows = threeAtFiveSizes();
    rows.addAll(run("ligo", "e", 1, 0.45));
    rows.addAll(run("weight-selection", "a", 1, 0.2));
    rows.addAll(run("weight-selection", "b", 1, 0.2));

    assertThat(StartChart.starters(Summary.of(rows)))
        .containsExactly("weit", "supernet", "weight-selection");
  }

  @Test
  void aMarkKeepsItsPlaceWhereTheOtherIsMissing() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5));
    rows.addAll(run("weit", "b", 1, 0.4));
    rows.add(Synthetic.simple("weit", "b", 1, "fitted", 0, 0.6));
    rows.addAll(run("scratch", "a", 1, 0.1, 0.2));
    rows.addAll(run("scratch", "b", 1, 0.1, 0.3));
    rows.addAll(run("scratch-long", "b", 1, 0.1, 0.2, 0.7));
    StartChart chart = new StartChart(Summary.of(rows), Theme.LIGHT, 0.1, Sheet.ALONE);

    assertThat(marks(chart.pair("a", "scratch"))).containsExactly(0.2, Double.NaN);
    assertThat(marks(chart.pair("b", "scratch"))).containsExactly(0.3, 0.7);
    assertThat(marks(chart.pair("a", "weit"))).containsExactly(Double.NaN, 0.5);
    assertThat(marks(chart.pair("b", "weit"))).containsExactly(0.4, 0.6);
    assertThat(chart.png()).isNotEmpty();
  }

  private static List<Double> marks(StartChart.Pair pair) {
    return Stream.of(pair.before(), pair.after())
        .map(mark -> mark.map(Statistic::mean).orElse(Double.NaN))
        .toList();
  }

  @Test
  void namesWhoIsAheadAtTooFewSizesToBeShown() {
    List<Measurement> rows = threeAtFiveSizes();
    rows.addAll(run("ligo", "e", 1, 0.45));
    rows.addAll(run("wave", "e", 1, 0.55));

    assertThat(StartChart.starters(Summary.of(rows)))
        .containsExactly("weit", "supernet", "mimetic");
    assertThat(StartChart.aheadAtFewSizes(Summary.of(rows))).containsExactly("wave");
    Assumptions.assumeTrue(Charts.canDraw());
    assertThat(new HtmlFigures(Synthetic.setting(), Summary.of(rows)).section())
        .contains("of those with a quarter of the sizes or more. Not shown, with fewer sizes, but")
        .contains("ahead of WeiT there: wave (one size).");
  }

  @Test
  void whatIsAlsoFittedHasOneLane() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.5));
    rows.addAll(run("supernet", "a", 1, 0.4));
    rows.addAll(run("supernet-fitted", "a", 1, 0.45));
    rows.addAll(run("ligo", "a", 1, 0.3));

    assertThat(StartChart.starters(Summary.of(rows)))
        .containsExactly("weit", "supernet-fitted", "ligo");
  }

  @Test
  void saysOnceThatAMethodIsFitted() {
    assertThat(StartChart.untrained("WeiT")).isEqualTo("WeiT, no training");
    assertThat(StartChart.fitted("WeiT")).isEqualTo("WeiT, fitted");
    assertThat(StartChart.untrained("fitted supernet")).isEqualTo("supernet, before its fit");
    assertThat(StartChart.fitted("fitted supernet")).isEqualTo("fitted supernet");
    assertThat(StartChart.fitted("taught fitted supernet")).isEqualTo("taught fitted supernet");
    assertThat(StartChart.untrained("unfitted WeiT")).isEqualTo("unfitted WeiT, no training");
  }
}
