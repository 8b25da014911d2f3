package io.github.weit.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.report.Provenance;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.models.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialStoreTest {

  private static final TrialStore.Key WEIT = new TrialStore.Key("weit", new Size(64, 6), 1);
  private static final TrialStore.Key SCRATCH = new TrialStore.Key("scratch", new Size(64, 6), 2);

  @TempDir private Path folder;

  @Test
  void whatIsPutIsReadBackAndStandsInTheTable() {
    try (TrialStore store = open()) {
      assertThat(store.rows(WEIT)).isEmpty();
      store.put(WEIT, provenance(), List.of(row(WEIT, 0.5)));
      store.put(SCRATCH, provenance(), List.of(row(SCRATCH, 0.25)));
      assertThat(store.rows(WEIT)).containsExactly(row(WEIT, 0.5));
    }
    assertThat(MeasurementCsv.read(table()))
        .containsExactlyInAnyOrder(row(WEIT, 0.5), row(SCRATCH, 0.25));
  }

  @Test
  void aTrialIsClaimedByOneAtATime() {
    try (TrialStore one = open();
        TrialStore other = open()) {
      try (Claim claim = one.claim(WEIT)) {
        assertThat(claim.granted()).isTrue();
        try (Claim second = other.claim(WEIT);
            Claim elsewhere = other.claim(SCRATCH)) {
          assertThat(second.granted()).isFalse();
          assertThat(elsewhere.granted()).isTrue();
        }
      }
      try (Claim again = other.claim(WEIT)) {
        assertThat(again.granted()).isTrue();
      }
    }
  }

  @Test
  void whatTwoProcessesMeasureEndsInOneTable() {
    try (TrialStore one = open();
        TrialStore other = open()) {
      one.put(WEIT, provenance(), List.of(row(WEIT, 0.5)));
      other.put(SCRATCH, provenance(), List.of(row(SCRATCH, 0.25)));
      assertThat(one.all()).containsExactlyInAnyOrder(row(WEIT, 0.5), row(SCRATCH, 0.25));
    }
    assertThat(MeasurementCsv.read(table())).hasSize(2);
  }

  @Test
  void aTableThatWasLostIsMadeOfItsTrials() throws IOException {
    try (TrialStore store = open()) {
      store.put(WEIT, provenance(), List.of(row(WEIT, 0.5)));
    }
    byte[] before = Files.readAllBytes(table());
    Files.delete(table());
    open().close();
    assertThat(table()).hasBinaryContent(before);
  }

  @Test
  void trialsOfATableAloneCountAsDone() throws IOException {
    MeasurementCsv.write(table(), provenance(), List.of(row(WEIT, 0.5)));
    try (TrialStore store = open()) {
      assertThat(store.rows(WEIT)).containsExactly(row(WEIT, 0.5));
      assertThat(Files.exists(folder.resolve("trials/weit-64x6-1.csv"))).isTrue();
    }
  }

  @Test
  void aTrialWhoseFileWasDeletedIsRunAnew() throws IOException {
    MeasurementCsv.write(table(), provenance(), List.of(row(WEIT, 0.5), row(SCRATCH, 0.25)));
    open().close();
    Files.delete(trial(WEIT));
    try (TrialStore store = open()) {
      assertThat(store.rows(WEIT)).isEmpty();
      assertThat(store.all()).containsExactly(row(SCRATCH, 0.25));
      store.put(WEIT, provenance(), List.of(row(WEIT, 0.75)));
    }
    assertThat(MeasurementCsv.read(table()))
        .containsExactlyInAnyOrder(row(WEIT, 0.75), row(SCRATCH, 0.25));
  }

  @Test
  void aTrialDeletedBeforeTheFolderWasOpenedIsRunAnewToo() throws IOException {
    MeasurementCsv.write(table(), provenance(), List.of(row(WEIT, 0.5), row(SCRATCH, 0.25)));
    MeasurementCsv.write(trial(SCRATCH), provenance(), List.of(row(SCRATCH, 0.25)));
    try (TrialStore store = open()) { // of an earlier version, which left only trials and the table
      assertThat(store.rows(WEIT)).isEmpty();
    }
    assertThat(MeasurementCsv.read(table())).containsExactly(row(SCRATCH, 0.25));
  }

  @Test
  void theLastTrialOfAFolderCanBeDeletedToo() throws IOException {
    try (TrialStore store = open()) {
      store.put(WEIT, provenance(), List.of(row(WEIT, 0.5)));
    }
    Files.delete(trial(WEIT));
    try (TrialStore store = open()) {
      assertThat(store.all()).isEmpty();
    }
    assertThat(MeasurementCsv.read(table())).isEmpty();
  }

  @Test
  void aTableCopiedIntoAFolderWithoutTrialsCounts() {
    open().close();
    MeasurementCsv.write(table(), provenance(), List.of(row(WEIT, 0.5)));
    try (TrialStore store = open()) {
      assertThat(store.rows(WEIT)).containsExactly(row(WEIT, 0.5));
    }
  }

  @Test
  void anAdoptionThatWasKilledGoesOn() throws IOException {
    MeasurementCsv.write(table(), provenance(), List.of(row(WEIT, 0.5), row(SCRATCH, 0.25)));
    MeasurementCsv.write(trial(SCRATCH), provenance(), List.of(row(SCRATCH, 0.25)));
    Files.writeString(folder.resolve("trials/adopted"), "begun\n");
    try (TrialStore store = open()) {
      assertThat(store.all()).containsExactlyInAnyOrder(row(WEIT, 0.5), row(SCRATCH, 0.25));
    }
  }

  @Test
  void knowsMethodsByTheirTrials() {
    assertThat(TrialStore.methods(folder)).isEmpty();
    TrialStore.Key staged =
        new TrialStore.Key("weight-selection-fitted", Size.parse("16x3-3-3"), 1);
    try (TrialStore store = open()) {
      store.put(WEIT, provenance(), List.of(row(WEIT, 0.5)));
      store.put(staged, provenance(), List.of(row(staged, 0.5)));
    }
    assertThat(TrialStore.methods(folder))
        .containsExactlyInAnyOrder("weit", "weight-selection-fitted");
  }

  @Test
  void knowsMethodsWhoseNamesHaveNumbers() {
    List<TrialStore.Key> keys =
        List.of(
            new TrialStore.Key("mix-2", new Size(8, 2), 1),
            new TrialStore.Key("3", new Size(8, 2), -4),
            new TrialStore.Key("as-8x2", Size.parse("16x3-3-3"), -1));
    try (TrialStore store = open()) {
      keys.forEach(key -> store.put(key, provenance(), List.of(row(key, 0.5))));
    }
    assertThat(TrialStore.methods(folder)).containsExactlyInAnyOrder("mix-2", "3", "as-8x2");
  }

  private Path trial(TrialStore.Key key) {
    return folder.resolve("trials/" + key + ".csv");
  }

  private TrialStore open() {
    return new TrialStore(table());
  }

  private Path table() {
    return folder.resolve(Comparison.CSV);
  }

  private static Provenance provenance() {
    return RunInfo.provenance("weit compare");
  }

  private static Measurement row(TrialStore.Key key, double accuracy) {
    return new Measurement(
        key.method(),
        key.size().toString(),
        key.size().width(),
        key.size().depth(),
        key.seed(),
        Measurement.TRAINED,
        1,
        10,
        640,
        accuracy,
        1.5,
        1000,
        2000,
        0);
  }
}
