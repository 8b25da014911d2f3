package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a model can do before any training at its size, against what scratch has learnt after its
 * first and last epoch: a row for each size, in it a lane for each method, so that no two numbers
 * share a place.
 */
final class StartChart {
  private static final int OTHERS = 2;
  private static final int LEFT = 100;
  private static final int LANE = 24;
  private static final int ROW_GAP = 16;

  private final Summary summary;
  private final Theme theme;
  private final double guess;
  private final Sheet sheet;
  private final List<String> starters;
  private final Font small = Figure.font(Font.PLAIN, 12);
  private final Font number = Figure.font(Font.BOLD, 13);

  /**
   * @param guess accuracy of guessing, a fraction
   * @param sheet where it is to stand
   */
  StartChart(Summary summary, Theme theme, double guess, Sheet sheet) {
    this.summary = summary;
    this.theme = theme;
    this.guess = guess;
    this.sheet = sheet;
    this.starters = starters(summary);
  }

  /** WeiT and, of the others that start with more than random weights, the two it leads least. */
  static List<String> starters(Summary summary) {
    League league = new League(summary);
    List<String> rivals =
        summary.methods().stream()
            .filter(Methods::rival)
            .filter(m -> league.mean(m, Moment.START).isPresent())
            .sorted(Comparator.comparingDouble(m -> league.lead(m, Moment.START).mean()))
            .toList();
    List<String> starters = new ArrayList<>();
    league.mean(Methods.WEIT, Moment.START).ifPresent(a -> starters.add(Methods.WEIT));
    starters.addAll(rivals.subList(0, Math.min(OTHERS, rivals.size())));
    return starters;
  }

  byte[] png() {
    List<String> sizes = summary.sizes();
    int row = LANE * (starters.size() + 1) + ROW_GAP;
    int head = sheet.titled() ? 68 : 0;
    double legend =
        new Figure(theme, sheet.width(), 80).legend(keys(), sheet.inset(), 10, sheet.width() - 20);
    int top = head + (int) legend + 22;
    Limits limits = Limits.around(values(), 8);
    Figure figure = new Figure(theme, sheet.width(), top + sizes.size() * row + 50);
    if (sheet.titled()) {
      figure.title(
          "What a model can do before any training",
          "Test accuracy in %, for every size of model",
          sheet.inset());
    }
    figure.legend(keys(), sheet.inset(), head + 10, sheet.width() - 20);
    Panel panel =
        new Panel(
            theme,
            sheet.inset() + LEFT,
            top,
            sheet.width() - LEFT - sheet.inset() - 40,
            sizes.size() * row,
            limits.min(),
            limits.max(),
            -sizes.size(),
            0);
    draw(figure, panel, limits, row);
    return figure.png();
  }

  private void draw(Figure figure, Panel panel, Limits limits, int row) {
    limits.ticks().forEach(t -> panel.vertical(t, theme.grid(), false));
    panel.vertical(100 * guess, theme.muted(), true);
    List<String> sizes = summary.sizes();
    for (int i = 0; i < sizes.size(); i++) {
      for (int lane = 0; lane < starters.size(); lane++) {
        starter(panel, sizes.get(i), starters.get(lane), laneY(i, lane, row));
      }
      scratchLane(panel, sizes.get(i), laneY(i, starters.size(), row));
    }
    panel.paint(figure);
    for (int i = 0; i < sizes.size(); i++) {
      labels(figure, panel, sizes.get(i), i, row);
    }
    double guessing =
        Math.max(
            panel.x(100 * guess), sheet.inset() + LEFT + figure.width("guessing", small) / 2 - 12);
    figure.text("guessing", guessing, panel.top() - 10, Align.MIDDLE, small, theme.muted());
    for (double tick : limits.ticks()) {
      figure.text(
          Numbers.format("%.0f", tick),
          panel.x(tick),
          panel.bottom() + 14,
          Align.MIDDLE,
          small,
          theme.muted());
    }
    figure.text(
        "test accuracy in %",
        (panel.left() + panel.right()) / 2,
        panel.bottom() + 35,
        Align.MIDDLE,
        small,
        theme.muted());
  }

  /** In rows from the top, negative: the panel's values grow upwards. */
  private double laneY(int size, int lane, int row) {
    return -(size + (ROW_GAP / 2.0 + LANE * (lane + 0.5)) / row);
  }

  private void starter(Panel panel, String size, String method, double y) {
    for (Measurement m : summary.rows(size, method, Measurement.COMPOSED, 0)) {
      dot(panel, m.accuracy(), y, Theme.fade(colour(method), 0.35), mark(method, 3, false));
    }
    composed(size, method)
        .ifPresent(a -> dot(panel, a.mean(), y, colour(method), mark(method, 6.5, false)));
  }

  private void scratchLane(Panel panel, String size, double y) {
    Optional<Statistic> first = scratch(size, true);
    Optional<Statistic> last = scratch(size, false);
    Color colour = colour(Methods.SCRATCH);
    if (first.isPresent() && last.isPresent()) {
      double[] xs = {100 * first.get().mean(), 100 * last.get().mean()};
      panel.line(xs, new double[] {y, y}, Theme.fade(colour, 0.35), 3, Figure.Stroke.SOLID);
    }
    first.ifPresent(a -> dot(panel, a.mean(), y, colour, mark(Methods.SCRATCH, 5, true)));
    last.ifPresent(a -> dot(panel, a.mean(), y, colour, mark(Methods.SCRATCH, 5.5, false)));
  }

  private static void dot(Panel panel, double accuracy, double y, Color colour, Dot dot) {
    panel.dots(new double[] {100 * accuracy}, new double[] {y}, colour, dot);
  }

  private void labels(Figure figure, Panel panel, String size, int index, int row) {
    double top = panel.y(-index);
    if (index > 0) {
      figure.line(sheet.inset(), top, panel.right(), top, theme.grid(), 1);
    }
    double middle = panel.y(-index - 0.5);
    figure.text(
        size, sheet.inset(), middle - 9, Align.LEFT, Figure.font(Font.BOLD, 15), theme.ink());
    String parameters = Numbers.count(summary.parameters(size)) + " param.";
    figure.text(parameters, sheet.inset(), middle + 10, Align.LEFT, small, theme.muted());
    for (int lane = 0; lane < starters.size(); lane++) {
      String method = starters.get(lane);
      double y = panel.y(laneY(index, lane, row));
      composed(size, method).ifPresent(a -> right(figure, panel, a, y, number, method));
    }
    double y = panel.y(laneY(index, starters.size(), row));
    Optional<Statistic> first = scratch(size, true);
    Optional<Statistic> last = scratch(size, false);
    boolean falls = first.isPresent() && last.isPresent() && first.get().mean() > last.get().mean();
    (falls ? last : first).ifPresent(a -> left(figure, panel, a, y));
    if (summary.sharedEpochs().size() > 1) {
      (falls ? first : last).ifPresent(a -> right(figure, panel, a, y, small, Methods.SCRATCH));
    }
  }

  private void right(Figure figure, Panel panel, Statistic a, double y, Font font, String method) {
    double reach = method.equals(Methods.SCRATCH) ? a.mean() : a.max();
    double x = Math.max(panel.x(100 * a.mean()) + 12, panel.x(100 * reach) + 8);
    String text = Numbers.percent(a.mean());
    figure.fill(x - 2, y - 8, figure.width(text, font) + 4, 16, theme.paper());
    figure.text(text, x, y, Align.LEFT, font, colour(method));
  }

  private void left(Figure figure, Panel panel, Statistic a, double y) {
    double x = panel.x(100 * a.mean()) - 11;
    String text = Numbers.percent(a.mean());
    double width = figure.width(text, small);
    figure.fill(x - width - 2, y - 8, width + 4, 16, theme.paper());
    figure.text(text, x, y, Align.RIGHT, small, colour(Methods.SCRATCH));
  }

  private List<Double> values() {
    List<Double> values = new ArrayList<>(List.of(100 * guess));
    for (String size : summary.sizes()) {
      starters.forEach(m -> composed(size, m).ifPresent(a -> values.add(100 * a.mean())));
      scratch(size, true).ifPresent(a -> values.add(100 * a.mean()));
      scratch(size, false).ifPresent(a -> values.add(100 * a.mean()));
    }
    return values;
  }

  private Optional<Statistic> composed(String size, String method) {
    return summary.accuracy(size, method, Measurement.COMPOSED, 0);
  }

  private Optional<Statistic> scratch(String size, boolean first) {
    List<Integer> epochs = summary.sharedEpochs();
    if (epochs.isEmpty()) {
      return Optional.empty();
    }
    int epoch = epochs.get(first ? 0 : epochs.size() - 1);
    return summary.accuracy(size, Methods.SCRATCH, Measurement.TRAINED, epoch);
  }

  private List<Figure.Key> keys() {
    List<Figure.Key> keys = new ArrayList<>();
    for (String method : starters) {
      String text = summary.label(method) + ", no training";
      keys.add(Figure.Key.mark(text, colour(method), mark(method, 6, false)));
    }
    List<Integer> epochs = summary.sharedEpochs();
    if (summary.methods().contains(Methods.SCRATCH) && !epochs.isEmpty()) {
      Color colour = colour(Methods.SCRATCH);
      keys.add(scratchKey(epochs.get(0), colour, epochs.size() > 1));
      if (epochs.size() > 1) {
        keys.add(scratchKey(epochs.get(epochs.size() - 1), colour, false));
      }
    }
    return keys;
  }

  private Figure.Key scratchKey(int epoch, Color colour, boolean hollow) {
    String text = "scratch after " + Numbers.counted(epoch, "epoch");
    return Figure.Key.mark(text, colour, mark(Methods.SCRATCH, 5.5, hollow));
  }

  private Dot mark(String method, double radius, boolean hollow) {
    return new Dot(Theme.place(method, summary.methods()), radius, hollow, theme.paper());
  }

  private Color colour(String method) {
    return theme.colour(Theme.place(method, summary.methods()));
  }
}
