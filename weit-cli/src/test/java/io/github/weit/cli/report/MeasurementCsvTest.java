package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementCsvTest {
  private static final Measurement WEIT =
      new Measurement(
          "weit",
          "64x6",
          64,
          6,
          -7,
          "fitted",
          0,
          150,
          9600,
          0.1 + 0.2,
          1.25e-5,
          309_000,
          20_000_000,
          9000);
  private static final Measurement DIVERGED =
      new Measurement(
          "a,b \"c\"", "s\nt", 64, 6, Long.MAX_VALUE, "trained", 5, 1, 1, 0.1, Double.NaN, 1, 1, 0);
  private static final Provenance PROVENANCE =
      new Provenance(
          "2000-01-01", "CPU, \"fast\"", 2, "weit compare --sizes 64x6,96x4", "weit 0.1; Java 17");

  @TempDir Path folder;

  @Test
  void readsBackWhatItWroteBitByBit() {
    Path file = folder.resolve("new/compare.csv");
    MeasurementCsv.write(file, PROVENANCE, List.of(WEIT, DIVERGED));

    assertThat(MeasurementCsv.read(file)).containsExactly(WEIT, DIVERGED);
    assertThat(MeasurementCsv.rows(file)).allMatch(r -> r.provenance().equals(PROVENANCE));
    assertThat(folder.resolve("new")).isDirectoryContaining(p -> p.endsWith("compare.csv"));
    assertThat(folder.resolve("new").toFile().list()).hasSize(1);
  }

  @Test
  void writesDecimalPointsInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      Path file = folder.resolve("c.csv");
      MeasurementCsv.write(file, PROVENANCE, List.of(WEIT));
      assertThat(Files.readString(file)).contains(",0.30000000000000004,1.25E-5,");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void appendsRowsUnderOneHeader() throws IOException {
    Path file = folder.resolve("c.csv");
    MeasurementCsv.append(file, PROVENANCE, List.of(WEIT));
    Files.writeString(file, Files.readString(file).stripTrailing());
    MeasurementCsv.append(file, PROVENANCE, List.of(DIVERGED, WEIT));

    assertThat(MeasurementCsv.read(file)).containsExactly(WEIT, DIVERGED, WEIT);
  }

  @Test
  void readsWindowsLineEnds() throws IOException {
    Path file = folder.resolve("c.csv");
    MeasurementCsv.write(file, PROVENANCE, List.of(WEIT));
    Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));

    assertThat(MeasurementCsv.read(file)).containsExactly(WEIT);
  }

  @Test
  void refusesToAppendToAnotherTable() throws IOException {
    Path file = folder.resolve("other.csv");
    Files.writeString(file, "method,size,depth\n");

    assertThatThrownBy(() -> MeasurementCsv.append(file, PROVENANCE, List.of(WEIT)))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("other.csv, line 1, column 3: expected \"width\", found \"depth\"");
    assertThat(Files.readString(file)).isEqualTo("method,size,depth\n");
  }

  @Test
  void namesLineAndColumnOfABadNumber() {
    assertThatThrownBy(() -> MeasurementCsv.read(changed("0.30000000000000004", "0,3")))
        .hasMessageContaining("line 3: expected 19 columns, found 20");
    assertThatThrownBy(() -> MeasurementCsv.read(changed("0.30000000000000004", "many")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("line 3, column accuracy: expected a number")
        .hasMessageContaining("found \"many\"");
    assertThatThrownBy(() -> MeasurementCsv.read(changed("0.30000000000000004", "55.2")))
        .hasMessageContaining(
            "line 3, column accuracy: expected a fraction from 0 to 1, found \"55.2\"");
    assertThatThrownBy(() -> MeasurementCsv.read(changed("0.30000000000000004", "NaN")))
        .hasMessageContaining("line 3, column accuracy");
    assertThatThrownBy(() -> MeasurementCsv.read(changed("fitted", "tuned")))
        .hasMessageContaining("line 3, column phase: expected composed, fitted or trained");
    assertThatThrownBy(() -> MeasurementCsv.read(changed("fitted,0", "fitted,1")))
        .hasMessageContaining("line 3, column epoch: expected 0");
    assertThatThrownBy(() -> MeasurementCsv.read(changed("2000-01-01", "")))
        .hasMessageContaining("line 3, column date");
  }

  @Test
  void namesTheLineOfBrokenQuotes() {
    assertThatThrownBy(() -> MeasurementCsv.read(changed("\"CPU, ", "CPU \"x")))
        .hasMessageContaining("line 3: found a quote inside a field");
    assertThatThrownBy(() -> MeasurementCsv.read(changed("weit,64x6", "\"weit,64x6")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("line 3");
  }

  @Test
  void namesAMissingFile() {
    assertThatThrownBy(() -> MeasurementCsv.read(folder.resolve("none.csv")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("none.csv");
  }

  /** Header, a good row, and a row in which {@code from} became {@code to}: it stands in line 3. */
  private Path changed(String from, String to) throws IOException {
    Path file = folder.resolve("bad.csv");
    MeasurementCsv.write(file, PROVENANCE, List.of(WEIT, WEIT));
    String[] lines = Files.readString(file).split("\n");
    assertThat(lines[2]).contains(from);
    lines[2] = lines[2].replaceFirst(java.util.regex.Pattern.quote(from), to);
    Files.writeString(file, String.join("\n", lines) + "\n");
    return file;
  }
}
