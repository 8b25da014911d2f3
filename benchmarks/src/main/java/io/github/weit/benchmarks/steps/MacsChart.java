package io.github.weit.benchmarks.steps;

import io.github.weit.core.WeitException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws the time of steps against the multiplications of the model, both relative to the smallest,
 * from the summary of a race between sizes. Below the line, time grows slower than multiplications.
 *
 * <pre>java ... io.github.weit.benchmarks.steps.MacsChart macs-summary.csv macs.png</pre>
 */
public final class MacsChart {

  private record Point(Arm arm, double macs, double time) {}

  private MacsChart() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new WeitException("expected SUMMARY.csv PICTURE.png");
    }
    List<Point> points = read(Path.of(arguments[0]));
    double macs = points.get(0).macs();
    double time = points.get(0).time();
    double[] x = points.stream().mapToDouble(point -> point.macs() / macs).toArray();
    double[] y = points.stream().mapToDouble(point -> point.time() / time).toArray();
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title("Time of a training step and multiplications of the model")
            .xAxisTitle("multiplications, smallest size = 1")
            .yAxisTitle("time, smallest size = 1")
            .build();
    chart
        .getStyler()
        .setXAxisLogarithmic(true)
        .setYAxisLogarithmic(true)
        .setLegendPosition(Styler.LegendPosition.InsideNW)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setLegendBorderColor(Color.WHITE);
    XYSeries line = chart.addSeries("as fast as multiplications", ends(x), ends(x));
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(new Color(0x6B6B6B));
    XYSeries measured =
        chart.addSeries(
            "measured: "
                + String.join(
                    ", ", points.stream().map(point -> point.arm().size().toString()).toList()),
            x,
            y);
    measured.setLineColor(new Color(0x0072B2));
    measured.setMarkerColor(new Color(0x0072B2));
    BufferedImage picture = new BufferedImage(900, 560, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    chart.paint(pen, picture.getWidth(), picture.getHeight());
    pen.dispose();
    ImageIO.write(picture, "png", Path.of(arguments[1]).toFile());
  }

  private static double[] ends(double[] values) {
    return new double[] {values[0], values[values.length - 1]};
  }

  /** Rows are {@code race,arm,base,ratio,...}. */
  private static List<Point> read(Path summary) throws IOException {
    return Files.readAllLines(summary).stream()
        .filter(line -> !line.startsWith("#") && !line.startsWith("race,"))
        .map(line -> line.split(","))
        .map(fields -> point(Arm.parse(fields[1]), Double.parseDouble(fields[3])))
        .sorted(Comparator.comparingDouble(Point::macs))
        .toList();
  }

  private static Point point(Arm arm, double time) {
    return new Point(arm, arm.family().cost(arm.size()).macs(), time);
  }
}
