package io.github.weit.cli.report;

import static io.github.weit.cli.report.Synthetic.run;
import static io.github.weit.cli.report.Synthetic.simple;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReachTest {
  private static final Moment FIRST = new Moment(1);

  @Test
  void isTheFirstMeasuredEpochThatHasAsMuchOnTheMean() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.40, 0.41));
    rows.addAll(run("weit", "a", 2, 0.40, 0.41));
    rows.addAll(run("scratch", "a", 1, 0.1, 0.45, 0.42, 0.43));
    rows.addAll(run("scratch", "a", 2, 0.1, 0.20, 0.38, 0.47)); // means 0.325, 0.40, 0.45

    Reach reach = reach(rows);

    assertThat(reach.epochs("a", Moment.START)).hasValue(2); // as much is enough
    assertThat(reach.text("a", FIRST)).isEqualTo("3");
    assertThat(reach.measured()).isEqualTo("1, 2 and 3");
  }

  @Test
  void targetIsTheFittedModelWhereThereIsOne() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.50, 0.5));
    rows.add(simple("weit", "a", 1, "fitted", 0, 0.35));
    rows.addAll(run("scratch", "a", 1, 0.1, 0.3, 0.4));

    assertThat(reach(rows).text("a", Moment.START)).isEqualTo("2");
  }

  @Test
  void asksTheLongerTrainingWhereThereIsOne() {
    List<Measurement> rows = new ArrayList<>();
    for (String size : List.of("a", "b", "c")) {
      rows.addAll(run("weit", size, 1, 0.40, 0.50));
      rows.addAll(run("scratch", size, 1, 0.1, 0.42));
    }
    rows.addAll(run("scratch-long", "a", 1, 0.1, 0.2, 0.3, 0.41));
    rows.addAll(run("scratch-long", "b", 1, 0.1, 0.2, 0.3, 0.39));

    Reach reach = reach(rows);

    assertThat(reach.text("a", Moment.START)).isEqualTo("3");
    assertThat(reach.text("a", FIRST)).isEqualTo("not in 3");
    assertThat(reach.text("b", Moment.START)).isEqualTo("not in 3");
    assertThat(reach.text("c", Moment.START)).isEqualTo("1");
    assertThat(reach.sentence())
        .hasValue(
            "Training from scratch reaches what WeiT has before ordinary training after one epoch at c,"
                + " after three epochs at a and not within three epochs at b.");
  }

  @Test
  void saysThatItNeverDoes() {
    List<Measurement> rows = new ArrayList<>(run("weit", "a", 1, 0.6, 0.5));
    rows.addAll(run("scratch", "a", 1, 0.1, 0.3, 0.4));

    assertThat(reach(rows).sentence())
        .hasValue(
            "Training from scratch does not reach what WeiT has before ordinary training within two epochs"
                + " at a.");
  }

  @Test
  void hasNothingToSayWithoutBoth() {
    assertThat(reach(run("weit", "a", 1, 0.6, 0.5)).text("a", FIRST)).isEqualTo("\u2013");
    assertThat(reach(run("scratch", "a", 1, 0.1, 0.5)).text("a", FIRST)).isEqualTo("\u2013");
    assertThat(reach(run("scratch", "a", 1, 0.1, 0.5)).sizes()).isEmpty();
    assertThat(reach(run("scratch", "a", 1, 0.1, 0.5)).sentence()).isEmpty();
  }

  private static Reach reach(List<Measurement> rows) {
    return new Reach(Summary.of(rows));
  }
}
