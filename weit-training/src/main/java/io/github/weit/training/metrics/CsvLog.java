package io.github.weit.training.metrics;

import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Appends rows to a CSV file in UTF-8, quoted as RFC 4180 says, one line feed after each. A file
 * that is there already is continued if its header is the same; a last row that was cut off in the
 * middle is removed first. Every row is on its way to the disk when {@link #row} returns.
 */
public final class CsvLog implements AutoCloseable {
  private final Path file;
  private final int columns;
  private final BufferedWriter out;

  private CsvLog(Path file, int columns, BufferedWriter out) {
    this.file = file;
    this.columns = columns;
    this.out = out;
  }

  /**
   * Opens {@code file}, making it and its folder if they are not there.
   *
   * @throws WeitException if the file has another header, or the file system refuses
   */
  public static CsvLog open(Path file, List<String> header) {
    if (header.isEmpty()) {
      throw new IllegalArgumentException("a CSV file needs at least one column");
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      boolean fresh = prepare(file, header);
      BufferedWriter out =
          Files.newBufferedWriter(
              file,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND);
      CsvLog log = new CsvLog(file, header.size(), out);
      if (fresh) {
        log.row(header.toArray());
      }
      return log;
    } catch (IOException e) {
      throw failed("open", file, e);
    }
  }

  /**
   * Removes the rows of a log from a step on, which a run that goes on from before it will write
   * again. Nothing happens if there is no such file.
   *
   * @param header the log's columns, one of which is {@code step}; no row may hold a line feed
   */
  public static void removeFrom(Path file, List<String> header, long step) {
    if (!Files.exists(file)) {
      return;
    }
    int column = header.indexOf("step");
    StringBuilder kept = new StringBuilder();
    try {
      prepare(file, header);
      for (String row : Files.readAllLines(file)) {
        String[] fields = row.split(",", -1);
        boolean heading = kept.isEmpty();
        if (heading || Long.parseLong(fields[column]) < step) {
          kept.append(row).append('\n');
        }
      }
    } catch (IOException e) {
      throw failed("read", file, e);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new WeitException(file + " has a row without a step; move it away or log elsewhere", e);
    }
    AtomicFile.writeText(file, kept.toString());
  }

  /**
   * Checks the header and cuts off an unfinished row; whether the header is still to be written.
   */
  private static boolean prepare(Path file, List<String> header) throws IOException {
    if (!Files.exists(file)) {
      return true;
    }
    byte[] bytes = Files.readAllBytes(file);
    int firstEnd = 0;
    int lastEnd = 0;
    boolean quoted = false;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '"') {
        quoted = !quoted;
      } else if (bytes[i] == '\n' && !quoted) {
        firstEnd = firstEnd == 0 ? i + 1 : firstEnd;
        lastEnd = i + 1;
      }
    }
    byte[] first = Arrays.copyOf(bytes, firstEnd == 0 ? bytes.length : firstEnd);
    String found = new String(first, StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
    String expected = line(header.toArray());
    boolean fits = firstEnd == 0 ? expected.startsWith(found) : expected.equals(found);
    if (!fits) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "%s has other columns: expected '%s', found '%s'; move it away or log elsewhere",
              file,
              expected,
              found));
    }
    if (lastEnd < bytes.length) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(lastEnd);
      }
    }
    return lastEnd == 0;
  }

  /**
   * Appends one row. Numbers are written as Java writes them, with a point in every locale.
   *
   * @param values as many as there are columns
   * @throws WeitException if the file system refuses
   */
  public void row(Object... values) {
    if (values.length != columns) {
      throw new IllegalArgumentException(
          "a row of "
              + values.length
              + " values for "
              + columns
              + " columns: "
              + Arrays.toString(values));
    }
    try {
      out.write(line(values));
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw failed("append to", file, e);
    }
  }

  private static WeitException failed(String what, Path file, IOException cause) {
    return new WeitException("cannot %s the log %s: %s".formatted(what, file, cause), cause);
  }

  private static String line(Object[] values) {
    return Arrays.stream(values)
        .map(value -> quote(String.valueOf(value)))
        .collect(Collectors.joining(","));
  }

  private static String quote(String field) {
    boolean plain = field.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed("close", file, e);
    }
  }
}
