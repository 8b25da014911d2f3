package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.MeasurementCsv;
import io.github.weit.cli.report.Summary;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the tables of a page of Markdown from the files of results that it names. A table is made
 * where a comment stands above its head:
 *
 * <pre>
 * &lt;!-- rows of FILE: size | parameters | weit composed, *fitted | weit 1, 2, 3 | scratch-long 15 --&gt;
 * &lt;!-- rows and mean of FILE and FILE: size | weit fitted, weit@2 fitted --&gt;
 * &lt;!-- leads in FILE: weit over supernet-fitted, weit over scratch-long 15 | start, 1, 3 --&gt;
 * &lt;!-- means in FILE: weit *composed, supernet composed --&gt;
 * &lt;!-- variants of ABLATION: mean composed but 128x6 | 128x6 composed | 64x6 fitted --&gt;
 * </pre>
 *
 * <p>The head's two lines stay as they are, the rows below are replaced; of means only their last
 * column. Files are found from the page.
 */
public final class ResultTables {

  private static final Pattern COMMENT =
      Pattern.compile(
          "<!-- (rows|rows and mean|leads|means|variants) (?:of|in) (\\S+(?: and \\S+)*): (.*) -->");

  private static final int HEAD = 2;

  private ResultTables() {}

  /**
   * @param arguments pages
   */
  public static void main(String[] arguments) {
    for (String argument : arguments) {
      Path page = Path.of(argument);
      AtomicFile.writeText(page, rewritten(page));
    }
  }

  /**
   * The page with its tables as the files say.
   *
   * @throws WeitException that names page and line if a comment or what it names is wrong
   */
  static String rewritten(Path page) {
    List<String> lines = lines(page);
    List<String> written = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at);
      written.add(line);
      at++;
      Matcher comment = COMMENT.matcher(line);
      if (comment.matches()) {
        for (int i = 0; i < HEAD; i++) {
          if (at == lines.size() || !lines.get(at).startsWith("|")) {
            throw wrong(page, at, "a comment must stand above the two lines of a table's head");
          }
          written.add(lines.get(at));
          at++;
        }
        int head = at;
        while (at < lines.size() && lines.get(at).startsWith("|")) {
          at++;
        }
        written.addAll(rows(page, head, comment, lines.subList(head, at)));
      }
    }
    return String.join("\n", written) + "\n";
  }

  private static List<String> rows(Path page, int line, Matcher comment, List<String> old) {
    String kind = comment.group(1);
    List<Path> files =
        Arrays.stream(comment.group(2).split(" and ")).map(page::resolveSibling).toList();
    try {
      return kind.equals("variants")
          ? VariantTable.parse(comment.group(3)).rows(files.get(0))
          : table(kind, comment.group(3), files.size())
              .rows(old, files.stream().map(ResultTables::summary).toList());
    } catch (IllegalArgumentException | WeitException e) {
      throw wrong(page, line - HEAD, e.getMessage());
    }
  }

  private static Summary summary(Path file) {
    return Summary.of(MeasurementCsv.read(file));
  }

  private static Table table(String kind, String text, int files) {
    return switch (kind) {
      case "leads" -> LeadTable.parse(text);
      case "means" -> MeanTable.parse(text, files);
      default -> SizeTable.parse(text, files, kind.equals("rows and mean"));
    };
  }

  private static WeitException wrong(Path page, int line, String what) {
    return new WeitException("%s, line %d: %s".formatted(page, line, what));
  }

  private static List<String> lines(Path page) {
    try {
      return Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
