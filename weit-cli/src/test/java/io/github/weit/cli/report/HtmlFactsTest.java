package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlFactsTest {

  @Test
  void sayWhereTheRowsComeFrom() {
    assertThat(facts(run("2000-01-02", "CPU", "weit compare")))
        .contains("<code>weit compare</code>", ">CPU, one thread<", ">v<", ">2000-01-02<");
    assertThat(
            facts(
                run("2000-01-03", "CPU", "the last"),
                run("2000-01-01", "CPU", "the first"),
                run("2000-01-02", "another", "between"),
                run("2000-01-02", "another", "the first")))
        .contains(
            "three commands, each in its rows; the last: <code>the last</code>",
            ">CPU, one thread; another, one thread<",
            ">v<",
            ">2000-01-01 to 2000-01-03<");
  }

  private static Provenance run(String date, String cpu, String command) {
    return new Provenance(date, cpu, 1, command, "v");
  }

  private static String facts(Provenance... runs) {
    Setting base = Synthetic.setting();
    Setting setting =
        new Setting(
            base.data(), base.pretraining(), base.fitting(), base.training(), List.of(runs));
    return new HtmlFacts(setting, Summary.of(Synthetic.run("weit", "a", 1, 0.5))).table();
  }
}
