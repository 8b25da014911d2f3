package io.github.weit.benchmarks.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.report.Provenance;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResultTablesTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Provenance PROVENANCE = new Provenance("2026-01-02", "cpu", 1, "c", "v");

  @TempDir private Path folder;
  private Path page;

  /**
   * Size 8x2 has 400 parameters and 4x2 100; of "a" there are two seeds, of "b" no fit, and nothing
   * of it at 8x2 after an epoch.
   */
  @BeforeEach
  void writeResults() {
    List<Measurement> rows = new ArrayList<>();
    rows.add(row("a", 8, 1, Measurement.COMPOSED, 0, 0.5));
    rows.add(row("a", 8, 2, Measurement.COMPOSED, 0, 0.5));
    rows.add(row("a", 8, 1, Measurement.FITTED, 0, 0.60));
    rows.add(row("a", 8, 2, Measurement.FITTED, 0, 0.62));
    rows.add(row("a", 8, 1, Measurement.TRAINED, 1, 0.7));
    rows.add(row("a", 4, 1, Measurement.COMPOSED, 0, 0.40250));
    rows.add(row("a", 4, 1, Measurement.FITTED, 0, 0.51));
    rows.add(row("a", 4, 1, Measurement.TRAINED, 1, 0.58));
    rows.add(row("b", 8, 1, Measurement.COMPOSED, 0, 0.63));
    rows.add(row("b", 4, 1, Measurement.COMPOSED, 0, 0.30));
    rows.add(row("b", 4, 1, Measurement.TRAINED, 1, 0.55));
    writeOne(rows.toArray(Measurement[]::new));
    MeasurementCsv.write(
        folder.resolve("two.csv"),
        PROVENANCE,
        List.of(
            row("a", 4, 1, Measurement.COMPOSED, 0, 0.1),
            row("a", 8, 1, Measurement.COMPOSED, 0, 0.2)));
    page = folder.resolve("page.md");
  }

  private void writeOne(Measurement... rows) {
    MeasurementCsv.write(folder.resolve("one.csv"), PROVENANCE, List.of(rows));
  }

  private static Measurement row(
      String method, int width, long seed, String phase, int epoch, double accuracy) {
    long parameters = width == 8 ? 1_234_567 : 98_765;
    return new Measurement(
        method,
        width + "x2",
        width,
        2,
        seed,
        phase,
        epoch,
        epoch,
        epoch,
        accuracy,
        1,
        parameters,
        parameters,
        method.equals("a") ? 4321 * width : 0);
  }

  private List<String> written(String comment, String... old) throws IOException {
    List<String> lines = new ArrayList<>(List.of("# Page", comment, "| head |", "|---|"));
    lines.addAll(List.of(old));
    lines.addAll(List.of("", "| another table |"));
    Files.write(page, lines);
    List<String> result = ResultTables.rewritten(page).lines().toList();
    assertThat(result).startsWith("# Page", comment, "| head |", "|---|");
    assertThat(result).endsWith("", "| another table |");
    return result.subList(4, result.size() - 2);
  }

  @Test
  void aRowForEachSizeFromTheSmallest() throws IOException {
    assertThat(
            written(
                "<!-- rows and mean of one.csv: size | parameters, fitted numbers of a | a composed, *fitted | b composed -->",
                "| 4x2 | an old row |",
                "| 8x2 | another |"))
        .containsExactly(
            "| 4x2 | 98.8k, 17.3k | 40.3, **51.0** | 30.0 |",
            "| 8x2 | 1.23M, 34.6k | 50.0, **61.0 ± 1.4** | 63.0 |",
            "| mean | | 45.1, **56.0** | 46.5 |");
  }

  @Test
  void noRowWhereSomethingWasNotMeasured() throws IOException {
    assertThat(written("<!-- rows of one.csv: size | a 1 | b 1 -->"))
        .containsExactly("| 4x2 | 58.0 | 55.0 |");
  }

  @Test
  void aMethodOfAnotherFile() throws IOException {
    assertThat(written("<!-- rows of one.csv and two.csv: size | a composed | a@2 composed -->"))
        .containsExactly("| 4x2 | 40.3 | 10.0 |", "| 8x2 | 50.0 | 20.0 |");
  }

  @Test
  void leadsAtTheSizesThatBothHave() throws IOException {
    assertThat(written("<!-- leads in one.csv: a over b, a over b composed | start, 1, 2 -->"))
        .containsExactly(
            "| a over b | 9.0 (-3.0 to 21.0), 1 of 2 | 3.0 (3.0 to 3.0), 1 of 1 | |",
            "| a over b, composed | 9.0 (-3.0 to 21.0), 1 of 2 | 17.5 (7.0 to 28.0), 2 of 2 | |");
  }

  @Test
  void leadsArePairedBySeedAndWonByWhatIsPrinted() throws IOException {
    writeOne(
        row("a", 8, 1, Measurement.TRAINED, 1, 0.60),
        row("a", 8, 2, Measurement.TRAINED, 1, 0.80), // "b" lacks this seed
        row("b", 8, 1, Measurement.TRAINED, 1, 0.58),
        row("a", 4, 1, Measurement.TRAINED, 1, 0.5004),
        row("b", 4, 1, Measurement.TRAINED, 1, 0.5));
    assertThat(written("<!-- leads in one.csv: a over b | 1 -->"))
        .containsExactly("| a over b | 1.0 (0.0 to 2.0), 1 of 2 |");
  }

  @Test
  void meansKeepWhatRowsSay() throws IOException {
    assertThat(
            written(
                "<!-- means in one.csv: a *fitted, b composed, b 1 -->",
                "| ours, b | 1.0 |",
                "| theirs | |",
                "| not everywhere | 3.0 |"))
        .containsExactly("| ours, b | **56.0** |", "| theirs | 46.5 |", "| not everywhere | - |");
  }

  @Test
  void aRowForEachVariantOfAnAblation() throws IOException {
    Files.write(
        folder.resolve("ablation.csv"),
        List.of(
            "ablation,variant,seed,steps,learnt,size,phase,accuracy,scalers,parameters",
            "x,default,1,9,aa,4x2,composed,0.4,20,80",
            "x,default,1,9,aa,8x2,composed,0.5,20,80",
            "x,default,1,9,aa,6x2,composed,0.9,20,80",
            "x,default,1,9,aa,8x2,fitted,0.6,20,80",
            "x,default,1,9,bb,4x2,composed,0.5,20,80", // the same seed elsewhere
            "x,default,1,9,bb,8x2,composed,0.6,20,80",
            "x,\"other, of two\",2,9,cc,4x2,composed,0.25,30,90"));
    assertThat(
            written(
                "<!-- variants of ablation.csv: mean composed but 6x2 | 6x2 composed | 8x2 fitted | 4x2 scalers -->",
                "| old |"))
        .containsExactly(
            "| default | 50.0 ± 7.1 (2) | 90.0 | 60.0 | 25.0 ± 0.0 (2) |",
            "| other, of two | 25.0 | | | 33.3 |");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "rows of one.csv: size | fitted; 'METHOD MOMENT', found 'fitted'",
        "rows of one.csv: a later; epoch's number, found 'later'",
        "rows of one.csv: a@2 1; expected 1 to 1",
        "rows of none.csv: size; none.csv",
        "leads in one.csv: a under b | 1; 'METHOD over METHOD', found 'a under b'",
        "leads in one.csv: a over b; a bar and moments",
        "variants of one.csv: 4x2 later; 'mean PHASE but SIZE', found '4x2 later'",
        "variants of one.csv: 4x2 composed; no column 'variant'",
        "variants of none.csv: 4x2 composed; none.csv",
        "means in one.csv: a 1, b 1; a row for each of 2 accuracies, found 1"
      })
  void whatIsWrongIsSaidWithItsLine(String comment, String message) {
    assertThatThrownBy(() -> written("<!-- " + comment + " -->", "| row | 1 |"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("page.md, line 2: ", message);
  }

  @Test
  void aCommentWithoutATableIsWrong() throws IOException {
    Files.write(page, List.of("<!-- rows of one.csv: size -->", "", "| head |", "|---|"));
    assertThatThrownBy(() -> ResultTables.rewritten(page))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("page.md, line 1: a comment must stand above");
  }

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      List<Path> pages =
          new ArrayList<>(docs.filter(file -> file.toString().endsWith(".md")).toList());
      pages.add(ROOT.resolve("README.md"));
      pages.add(ROOT.resolve("benchmarks/results/README.md"));
      pages.add(ROOT.resolve("benchmarks/results/ablations/README.md"));
      return pages.stream();
    }
  }

  /** benchmarks/tables.sh writes them anew. */
  @ParameterizedTest
  @MethodSource("pages")
  void tablesSayWhatTheFilesOfResultsSay(Path documentation) throws IOException {
    List<String> should = ResultTables.rewritten(documentation).lines().toList();
    List<String> is = Files.readAllLines(documentation);
    assertThat(should)
        .filteredOn(line -> !is.contains(line))
        .as("lines that are missing")
        .isEmpty();
    assertThat(is).filteredOn(line -> !should.contains(line)).as("stale lines").isEmpty();
    assertThat(should.equals(is)).as("lines in order").isTrue();
  }
}
