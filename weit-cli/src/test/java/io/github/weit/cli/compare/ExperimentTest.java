package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {

  private static final Map<String, String> SLOW = Map.of("fit", "slow");
  private static final Map<String, String> FAST = Map.of("fit", "fast");

  @TempDir private Path folder;

  /** A run that was there and ended; what it wrote. */
  private Map<String, String> run(Map<String, String> facts) {
    try (Experiment experiment = Experiment.open(folder, facts)) {
      return experiment.facts();
    }
  }

  private void measure() {
    measure("scratch");
  }

  /** As if a trial of a method had been run. */
  private void measure(String method) {
    try {
      Files.createDirectories(folder.resolve("trials"));
      Files.createFile(folder.resolve("trials/" + method + "-64x6-1.csv"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> measured(Map<String, String> facts) {
    Map<String, String> known = run(facts);
    measure();
    return known;
  }

  private void refused(Map<String, String> facts, String... words) {
    assertThatThrownBy(() -> run(facts))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void theSameSettingsGoOn() {
    Map<String, String> first = measured(SLOW);
    assertThat(run(SLOW)).isEqualTo(first);
  }

  @Test
  void otherSettingsAreRefusedAndNamed() throws IOException {
    measured(SLOW);
    String before = Files.readString(folder.resolve(Experiment.FILE));
    refused(FAST, "the measurements there", "fit was slow and is now fast");
    assertThat(folder.resolve(Experiment.FILE)).hasContent(before);
  }

  @Test
  void allThatDiffersIsNamedInOneOrder() {
    measured(Map.of("unevenness", "0.5", "fit", "slow", "epochs measured", "[1]"));
    refused(
        Map.of("unevenness", "0.0", "fit", "fast", "epochs measured", "[2]"),
        "epochs measured was [1] and is now [2]; fit was slow and is now fast; unevenness was 0.5");
  }

  @Test
  void trialsWithoutATableCountToo() throws IOException {
    run(SLOW);
    Files.createFile(folder.resolve("trials/weit-64x6-1.csv"));
    refused(FAST, "the measurements there", "fit was slow and is now fast");
  }

  @Test
  void settingsOfARunThatMeasuredNothingAreForgotten() {
    run(Map.of("fit", "slow", "rate of weit", "0.1"));
    assertThat(run(FAST)).containsEntry("fit", "fast").doesNotContainKey("rate of weit");
  }

  @Test
  void settingsHoldWhileAnotherProcessIsAtWork() {
    try (Experiment first = Experiment.open(folder, SLOW)) {
      refused(FAST, "another process measures there", "fit was slow and is now fast");
      try (Experiment second = Experiment.open(folder, SLOW)) {
        assertThat(second.facts()).isEqualTo(first.facts());
      }
      refused(FAST, "another process measures there");
    }
    assertThat(run(FAST)).containsEntry("fit", "fast");
  }

  @Test
  void settingsHoldWhileATrialIsRun() {
    run(SLOW);
    try (TrialStore store = new TrialStore(folder.resolve(Comparison.CSV));
        Claim claim = store.claim(new TrialStore.Key("weit", new Size(64, 6), 1))) {
      assertThat(claim.granted()).isTrue();
      refused(FAST, "another process measures there");
    }
  }

  @Test
  void whatAnotherProcessAddsIsToldToo() {
    try (Experiment first = Experiment.open(folder, SLOW)) {
      run(Map.of("rate of weit", "0.1"));
      assertThat(first.facts()).containsEntry("fit", "slow").containsEntry("rate of weit", "0.1");
    }
  }

  @Test
  void whatIsKnownOfEarlierRunsIsToldToo() {
    measured(SLOW);
    run(Map.of("rate of weit", "0.1"));
    measure("weit");
    assertThat(run(SLOW)).containsEntry("fit", "slow").containsEntry("rate of weit", "0.1");
  }

  @Test
  void aMethodWhoseTrialsWereDeletedMayHaveAnotherRate() throws IOException {
    Map<String, String> rates = Map.of("rate of weit", "0.1", "rate of weit-unfitted", "0.1");
    run(rates);
    new TrialStore(folder.resolve(Comparison.CSV)).close();
    Path trial = Files.createFile(folder.resolve("trials/weit-64x6-1.csv"));
    Files.createFile(folder.resolve("trials/weit-unfitted-64x6-1.csv"));
    refused(Map.of("rate of weit", "0.2"), "rate of weit was 0.1 and is now 0.2");
    Files.delete(trial);
    assertThat(run(Map.of("rate of weit", "0.2")))
        .containsEntry("rate of weit", "0.2")
        .containsEntry("rate of weit-unfitted", "0.1");
    refused(Map.of("rate of weit-unfitted", "0.2"), "rate of weit-unfitted was 0.1");
  }

  @Test
  void whatIsNewIsAddedAndCountsFromThenOn() {
    measured(SLOW);
    run(Map.of("fit", "slow", "parent DENSE", "a"));
    measure("stacking");
    run(SLOW);
    refused(
        Map.of("parent DENSE", "b"),
        "parent DENSE was a and is now b",
        "delete trials/stacking-[0-9]*.csv to measure anew");
  }

  @Test
  void aParentThatNoTrialStartedFromMayBeAnother() {
    measured(Map.of("parent SUPERNET", "a", "templates", "t"));
    assertThat(run(Map.of("parent SUPERNET", "b"))).containsEntry("parent SUPERNET", "b");
    assertThat(run(SLOW)).doesNotContainKey("parent SUPERNET");
    refused(Map.of("templates", "u"), "templates was t and is now u", "delete compare.csv and");
  }

  @Test
  void longEpochsAreThoseOfTheMethodThatTrainsLonger() {
    String fact = Experiment.LONG_EPOCHS;
    run(Map.of(fact, "[1, 3]"));
    measure("scratch");
    assertThat(run(Map.of(fact, "[1, 5]"))).containsEntry(fact, "[1, 5]");
    measure("scratch-long");
    refused(
        Map.of(fact, "[1, 3]"),
        fact + " was [1, 5] and is now [1, 3]",
        "delete trials/scratch-long-[0-9]*.csv to measure anew");
  }

  @Test
  void whoeverOnlyReadsHoldsToTheSettingsAndLeavesThem() throws IOException {
    measured(SLOW);
    String before = Files.readString(folder.resolve(Experiment.FILE));
    Map<String, String> more = Map.of("fit", "slow", "rate of weit", "0.1");
    try (Experiment reading = Experiment.read(folder, more)) {
      assertThat(reading.facts()).containsAllEntriesOf(more);
    }
    assertThat(folder.resolve(Experiment.FILE)).hasContent(before);
    assertThatThrownBy(() -> Experiment.read(folder, FAST).close())
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("fit was slow and is now fast");
  }

  @Test
  void trialsWithoutTheirSettingsAreRefused() throws IOException {
    measured(SLOW);
    Files.delete(folder.resolve(Experiment.FILE));
    refused(SLOW, Experiment.FILE + " is missing", "put it back", "delete compare.csv and trials");
    assertThatThrownBy(() -> Experiment.requireKept(folder, new Parents(folder, null), Set.of()))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining(Experiment.FILE + " is missing");
    assertThat(folder.resolve(Experiment.FILE)).doesNotExist();
    Files.delete(folder.resolve("trials/scratch-64x6-1.csv"));
    assertThat(run(FAST)).isEqualTo(run(FAST)).containsEntry("fit", "fast");
  }

  /** As somebody copies it, or an earlier version left it. */
  @Test
  void aTableAloneIsTakenOverWithASign() {
    Measurement row =
        new Measurement(
            "scratch", "64x6", 64, 6, 1, Measurement.TRAINED, 1, 10, 640, 0.5, 1.5, 1000, 2000, 0);
    MeasurementCsv.write(
        folder.resolve(Comparison.CSV), RunInfo.provenance("weit compare"), List.of(row));
    assertThat(run(SLOW)).containsEntry("fit", "slow").containsKey(Experiment.TAKEN_OVER);
    assertThat(TrialStore.methods(folder)).containsExactly("scratch");
    assertThat(run(SLOW)).containsKey(Experiment.TAKEN_OVER);
    refused(FAST, "fit was slow and is now fast");
  }

  /** What an earlier version wrote of fits that learn from labels alone. */
  @Test
  void noTeachingIsATeachingOfZero() throws IOException {
    measure();
    Files.writeString(folder.resolve(Experiment.FILE), "fit = slow\n");
    refused(Map.of(Experiment.TEACHING, "1.0"), "fit's teaching was 0.0 and is now 1.0");
    run(Map.of(Experiment.TEACHING, "0.0"));
    assertThat(folder.resolve(Experiment.FILE)).content().contains("fit's teaching = 0.0");
  }
}
