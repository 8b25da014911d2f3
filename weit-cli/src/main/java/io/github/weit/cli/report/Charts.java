package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of a summary, as PNG with two image pixels for each logical one; no display is needed,
 * fonts are. Accuracies are in per cent. Drawn by XChart; labels are placed by us.
 */
public final class Charts {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  private Charts() {}

  /** Learning curves, a panel for each size on common axes. */
  public static byte[] curves(Summary summary) {
    return new CurveChart(summary, Theme.LIGHT).sheet();
  }

  /**
   * Accuracy before any training, against scratch after its first and last epoch.
   *
   * @param classes of the data; 1 / classes is marked as guessing
   */
  public static byte[] start(Summary summary, int classes) {
    return new StartChart(summary, Theme.LIGHT, 1.0 / classes, Sheet.ALONE).png();
  }

  /** Accuracy against parameters, before and after ordinary training. */
  public static byte[] pareto(Summary summary) {
    return new ParetoChart(summary, Theme.LIGHT, Sheet.ALONE).png();
  }

  /** Whether this machine can draw text; a bare container without any font cannot. */
  static boolean canDraw() {
    try {
      return new Figure(Theme.LIGHT, 8, 8).width("x", Figure.font(0, 12)) > 0;
    } catch (RuntimeException | LinkageError | InternalError e) {
      return false;
    }
  }

  /** Every mean, in per cent. */
  static List<Double> allPercents(Summary summary) {
    List<Double> all = new ArrayList<>();
    for (String size : summary.sizes()) {
      for (String method : summary.methods()) {
        collect(all, summary, size, method, Measurement.COMPOSED, 0);
        collect(all, summary, size, method, Measurement.FITTED, 0);
        summary.epochs().forEach(e -> collect(all, summary, size, method, Measurement.TRAINED, e));
      }
    }
    return all;
  }

  /** Every mean before training and after the last epoch, in per cent. */
  static List<Double> endPercents(Summary summary) {
    List<Double> all = new ArrayList<>();
    for (String size : summary.sizes()) {
      for (String method : summary.methods()) {
        collect(all, summary, size, method, Measurement.COMPOSED, 0);
        summary
            .lastEpoch(size, method)
            .ifPresent(e -> collect(all, summary, size, method, Measurement.TRAINED, e));
      }
    }
    return all;
  }

  private static void collect(
      List<Double> into, Summary summary, String size, String method, String phase, int epoch) {
    summary.rows(size, method, phase, epoch).forEach(m -> into.add(100 * m.accuracy()));
  }
}
