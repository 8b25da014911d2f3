package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Text for a terminal: tables with aligned columns, and paragraphs. */
final class AlignedText {
  /** Columns of the narrowest terminal served. */
  static final int WIDTH = 100;

  private AlignedText() {}

  /**
   * A line for each list of cells, two blanks between columns.
   *
   * @param left columns aligned at their left; the others are at their right
   */
  static String table(List<List<String>> lines, Set<Integer> left) {
    StringBuilder text = new StringBuilder();
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = line.get(i);
        String blank = " ".repeat(widths[i] - cell.length());
        out.append(i == 0 ? "" : "  ").append(left.contains(i) ? cell + blank : blank + cell);
      }
      text.append(out.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** The longest line. */
  static int width(String text) {
    return text.lines().mapToInt(String::length).max().orElse(0);
  }

  /** Words in lines of at most {@link #WIDTH}, as far as single words allow it. */
  static String paragraph(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return String.join("\n", lines) + "\n";
  }
}
