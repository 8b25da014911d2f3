package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;

/** Names beside the ends of lines, at the right of a panel, so that no legend must be searched. */
final class EndLabels {
  private static final double GAP = 13.5;
  private static final double LEADER = 16;

  private record Label(String text, Style style, double x, double y) {}

  private final List<Label> labels = new ArrayList<>();

  /**
   * @param x end of the line, a value of the panel
   * @param y end of the line, a value of the panel
   */
  void add(String text, Style style, double x, double y) {
    labels.add(new Label(text, style, x, y));
  }

  private static Font font(Style style) {
    return Figure.font(style.main() ? Font.BOLD : Font.PLAIN, 12);
  }

  /** Room for one of these texts. */
  static double width(Figure figure, String text, Style style) {
    return LEADER + figure.width(text, font(style)) + 2;
  }

  /** Writes them; the panel has been painted. */
  void paint(Figure figure, Panel panel) {
    double[] wishes = labels.stream().mapToDouble(l -> panel.y(l.y())).toArray();
    double[] places = Spread.apart(wishes, GAP, panel.top() - 4, panel.bottom() + 2);
    for (int i = 0; i < places.length; i++) {
      Label label = labels.get(i);
      double end = Math.min(Math.max(wishes[i], panel.top()), panel.bottom());
      double from = panel.x(label.x());
      if (from + 8 < panel.right()) {
        figure.line(from + 6, end, panel.right(), end, label.style().faded(0.3), 0.8f);
      }
      double right = panel.right() + LEADER;
      figure.line(
          Math.max(from + 6, panel.right()),
          end,
          right - 3,
          places[i],
          label.style().faded(0.55),
          0.8f);
      figure.text(
          label.text(), right, places[i], Align.LEFT, font(label.style()), label.style().colour());
    }
  }
}
