package io.github.weit.cli.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The inner part of a chart: grid, lines and dots between fixed limits, drawn by XChart. Ticks and
 * labels are left to the figure around it, which asks {@link #x} and {@link #y} where a value is:
 * so labels stand where they do not collide.
 */
final class Panel {
  private static final int MARKS = 30;

  private final Theme theme;
  private final double left;
  private final double top;
  private final int width;
  private final int height;
  private final double[] limits;
  private final XYChart chart;
  private int series;

  /**
   * @param xMin value at the left edge; the others in the same way
   */
  Panel(
      Theme theme,
      double left,
      double top,
      int width,
      int height,
      double xMin,
      double xMax,
      double yMin,
      double yMax) {
    this.theme = theme;
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    this.limits = new double[] {xMin, xMax, yMin, yMax};
    chart = new XYChart(width, height);
    XYStyler styler = chart.getStyler();
    styler
        .setLegendVisible(false)
        .setChartTitleVisible(false)
        .setChartPadding(0)
        .setPlotContentSize(1);
    styler.setChartBackgroundColor(theme.paper()).setPlotBackgroundColor(theme.paper());
    styler.setPlotBorderVisible(false).setAntiAlias(true);
    styler.setAxisTicksVisible(false).setAxisTitlesVisible(false).setPlotMargin(0);
    styler.setPlotGridLinesVisible(false);
    styler.setXAxisMin(xMin).setXAxisMax(xMax).setYAxisMin(yMin).setYAxisMax(yMax);
  }

  double left() {
    return left;
  }

  double right() {
    return left + width;
  }

  double top() {
    return top;
  }

  double bottom() {
    return top + height;
  }

  /** Where a value is on the figure. */
  double x(double value) {
    return left + width * (value - limits[0]) / (limits[1] - limits[0]);
  }

  /** Where a value is on the figure. */
  double y(double value) {
    return top + height * (limits[3] - value) / (limits[3] - limits[2]);
  }

  void horizontal(double y, Color colour, boolean dashed) {
    guide(new double[] {limits[0], limits[1]}, new double[] {y, y}, colour, dashed);
  }

  void vertical(double x, Color colour, boolean dashed) {
    guide(new double[] {x, x}, new double[] {limits[2], limits[3]}, colour, dashed);
  }

  private void guide(double[] xs, double[] ys, Color colour, boolean dashed) {
    line(xs, ys, colour, 1, dashed ? Figure.Stroke.DASHED : Figure.Stroke.SOLID);
  }

  void line(double[] xs, double[] ys, Color colour, float width, Figure.Stroke stroke) {
    add(xs, ys).setLineStyle(stroke.of(width)).setLineColor(colour);
  }

  /** A method's line through points (x, y), and its marks unless they would touch. */
  void curve(List<double[]> points, Style style, double radius) {
    if (points.isEmpty()) {
      return;
    }
    double[] xs = points.stream().mapToDouble(p -> p[0]).toArray();
    double[] ys = points.stream().mapToDouble(p -> p[1]).toArray();
    if (points.size() > 1) {
      line(xs, ys, style.colour(), style.width(), style.stroke());
    }
    if (points.size() <= MARKS) {
      dots(xs, ys, style.colour(), style.dot(radius));
    }
  }

  void dots(double[] xs, double[] ys, Color colour, Marker marker) {
    XYSeries dots = add(xs, ys);
    dots.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    dots.setMarker(marker).setMarkerColor(colour);
  }

  /** Draws all that was added, in the order in which it was. */
  void paint(Figure figure) {
    Graphics2D g = (Graphics2D) figure.graphics().create();
    try {
      g.translate(left, top);
      chart.paint(g, width, height);
    } finally {
      g.dispose();
    }
    figure.line(left, bottom(), right(), bottom(), theme.muted(), 1);
  }

  private XYSeries add(double[] xs, double[] ys) {
    XYSeries added = chart.addSeries("s" + series++, xs, ys);
    added.setMarker(SeriesMarkers.NONE);
    return added;
  }
}
