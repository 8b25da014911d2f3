package io.github.weit.cli.report;

import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Measurements in a file: UTF-8, LF, one header line, one row a measurement, each with its
 * provenance. Numbers are written as Java's shortest exact decimals, so reading gives the same bits
 * whatever the machine's locale.
 */
public final class MeasurementCsv {

  /** The columns, in order. */
  public static final List<String> HEADER =
      List.of(
          "method",
          "size",
          "width",
          "depth",
          "seed",
          "phase",
          "epoch",
          "steps",
          "images",
          "accuracy",
          "loss",
          "parameters",
          "macs",
          "scalerParameters",
          "date",
          "cpu",
          "threads",
          "command",
          "versions");

  /** A measurement and where it comes from. */
  public record Row(Measurement measurement, Provenance provenance) {}

  private MeasurementCsv() {}

  /** Replaces {@code file}, in one move: a reader sees the old rows or the new, never a part. */
  public static void write(Path file, Provenance provenance, List<Measurement> measurements) {
    write(file, measurements.stream().map(m -> new Row(m, provenance)).toList());
  }

  /** The same for rows that come from several places. */
  public static void write(Path file, List<Row> rows) {
    StringBuilder text = new StringBuilder(Csv.format(HEADER)).append('\n');
    rows.forEach(row -> text.append(line(row.measurement(), row.provenance())));
    AtomicFile.writeText(file, text.toString());
  }

  /**
   * Adds rows at the end, all or none, after checking that what is there has this header; begins
   * the file if there is none.
   */
  public static void append(Path file, Provenance provenance, List<Measurement> measurements) {
    if (!Files.exists(file)) {
      write(file, provenance, measurements);
      return;
    }
    String old = load(file);
    checkHeader(file, Csv.parse(old, file.toString()));
    StringBuilder text = new StringBuilder(old).append(old.endsWith("\n") ? "" : "\n");
    measurements.forEach(m -> text.append(line(m, provenance)));
    AtomicFile.writeText(file, text.toString());
  }

  /** The measurements of {@code file} in its order. */
  public static List<Measurement> read(Path file) {
    return rows(file).stream().map(Row::measurement).toList();
  }

  /**
   * The rows of {@code file} in its order.
   *
   * @throws WeitException that names line and column, if the file is missing or any row is wrong
   */
  public static List<Row> rows(Path file) {
    List<Csv.Line> lines = Csv.parse(load(file), file.toString());
    checkHeader(file, lines);
    List<Row> rows = new ArrayList<>();
    for (Csv.Line line : lines.subList(1, lines.size())) {
      rows.add(row(file, line));
    }
    return rows;
  }

  private static String load(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new WeitException(
          "Cannot read measurements from " + file + " (expected CSV in UTF-8): " + e, e);
    }
  }

  private static void checkHeader(Path file, List<Csv.Line> lines) {
    List<String> found = lines.isEmpty() ? List.of() : lines.get(0).fields();
    for (int i = 0; i < Math.max(HEADER.size(), found.size()); i++) {
      String expected = i < HEADER.size() ? HEADER.get(i) : "no further column";
      String name = i < found.size() ? found.get(i) : "nothing";
      if (!expected.equals(name)) {
        throw new WeitException(
            String.format(
                Locale.ROOT,
                "%s, line 1, column %d: expected \"%s\", found \"%s\". The file was not written by"
                    + " this version of weit compare: give another file name, or move this one"
                    + " away.",
                file,
                i + 1,
                expected,
                name));
      }
    }
  }

  private static String line(Measurement m, Provenance p) {
    List<Object> fields =
        List.of(
            m.method(),
            m.size(),
            m.width(),
            m.depth(),
            m.seed(),
            m.phase(),
            m.epoch(),
            m.steps(),
            m.images(),
            m.accuracy(),
            m.loss(),
            m.parameters(),
            m.macs(),
            m.scalerParameters(),
            p.date(),
            p.cpu(),
            p.threads(),
            p.command(),
            p.versions());
    return Csv.format(fields.stream().map(String::valueOf).toList()) + '\n';
  }

  private static Row row(Path file, Csv.Line line) {
    if (line.fields().size() != HEADER.size()) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "%s, line %d: expected %d columns, found %d. Was the run interrupted while it wrote?"
                  + " Remove the line.",
              file,
              line.line(),
              HEADER.size(),
              line.fields().size()));
    }
    Reader in = new Reader(file, line);
    try {
      Measurement measurement =
          new Measurement(
              in.text(),
              in.text(),
              in.integer(),
              in.integer(),
              in.whole(),
              in.text(),
              in.integer(),
              in.whole(),
              in.whole(),
              in.real(),
              in.real(),
              in.whole(),
              in.whole(),
              in.whole());
      return new Row(
          measurement, new Provenance(in.text(), in.text(), in.integer(), in.text(), in.text()));
    } catch (BadField e) {
      throw e;
    } catch (WeitException e) {
      throw new WeitException(
          String.format(Locale.ROOT, "%s, line %d, column %s", file, line.line(), e.getMessage()),
          e);
    }
  }

  /** A field that is no number; its message already says where. */
  private static final class BadField extends WeitException {
    private static final long serialVersionUID = 1L;

    BadField(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Takes a row's fields one after the other. */
  private static final class Reader {
    private final Path file;
    private final Csv.Line line;
    private int column;

    Reader(Path file, Csv.Line line) {
      this.file = file;
      this.line = line;
    }

    String text() {
      return line.fields().get(column++);
    }

    int integer() {
      return number("a whole number below 2^31", Integer::valueOf);
    }

    long whole() {
      return number("a whole number", Long::valueOf);
    }

    double real() {
      return number("a number with a decimal point", Double::valueOf);
    }

    private <T> T number(String expected, Function<String, T> parse) {
      String field = text();
      try {
        return parse.apply(field);
      } catch (NumberFormatException e) {
        String where =
            String.format(
                Locale.ROOT, "%s, line %d, column %s", file, line.line(), HEADER.get(column - 1));
        throw new BadField(where + ": expected " + expected + ", found \"" + field + "\"", e);
      }
    }
  }
}
