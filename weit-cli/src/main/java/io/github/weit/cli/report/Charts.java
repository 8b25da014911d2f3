package io.github.weit.cli.report;

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

  /** Means over sizes of every method, and WeiT's lead over it. */
  public static byte[] league(Summary summary) {
    return new LeagueChart(summary, Theme.LIGHT, Sheet.ALONE).png();
  }

  /** Accuracy against parameters before training, after the first and after the last epoch. */
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
}
