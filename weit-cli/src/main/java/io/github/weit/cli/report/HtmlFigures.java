package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The sections of the page that hold pictures. */
final class HtmlFigures {
  private final Setting setting;
  private final Summary summary;
  private final Findings findings;
  private final League league;
  private final boolean pictures;

  HtmlFigures(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
    this.findings = new Findings(setting, summary);
    this.league = new League(summary);
    this.pictures = Charts.canDraw();
  }

  /** All pictures. */
  String section() {
    return pictures
        ? curves() + pareto() + leagueChart() + startChart()
        : "<p>This machine has no fonts, so pictures could not be drawn; the tables hold all"
            + " numbers.</p>\n";
  }

  private static String part(String title, String body) {
    return Html.text("h3", title) + body;
  }

  private String startChart() {
    if (StartChart.starters(summary).isEmpty()) {
      return "";
    }
    double guess = 1.0 / setting.data().classes();
    BiFunction<Theme, Sheet, byte[]> draw =
        (theme, sheet) -> new StartChart(summary, theme, guess, sheet).png();
    String caption =
        "Test accuracy at each size"
            + others()
            + " Hollow: first weights as they are, no image seen"
            + setting.data().calibration().map(c -> " but " + c).orElse("")
            + "; full: after a fit, where there is one (pale: single seeds). Squares: how far"
            + " training from scratch gets. Dashed: guessing among "
            + setting.data().classes()
            + " classes.";
    return part(
        "What a model can do before ordinary training",
        figure("wide", Html.picture(draw, findings.headline()), caption));
  }

  /** Whom the chart of starts shows beside WeiT, and whom it does not. */
  private String others() {
    if (summary.methods().stream().filter(Methods::rival).count() <= 2) {
      return ".";
    }
    List<String> ahead =
        StartChart.aheadAtFewSizes(summary).stream()
            .map(m -> summary.label(m) + " (" + Numbers.counted(league.sizes(m), "size") + ")")
            .toList();
    return ", of WeiT and the two others it leads least, of those with a quarter of the sizes or"
        + " more."
        + (ahead.isEmpty()
            ? ""
            : " Not shown, with fewer sizes, but ahead of WeiT there: "
                + Methods.list(ahead)
                + ".");
  }

  /** A picture for each size; empty if nothing was trained. */
  private String curves() {
    if (summary.epochs().isEmpty()) {
      return "";
    }
    StringBuilder panels = new StringBuilder();
    for (String size : summary.sizes()) {
      Function<Theme, byte[]> draw = theme -> new CurveChart(summary, theme).single(size);
      panels.append("<div>").append(Html.picture(draw, curveText(size))).append("</div>\n");
    }
    boolean crowd = CurveChart.crowd(summary);
    String seeds = summary.seeds().size() > 1 ? " Thin lines are single seeds." : "";
    String root = new EpochAxis(summary).root() ? " Epochs stand by their square root." : "";
    return part(
        "Learning curves",
        (crowd ? "" : legend())
            + figure(
                crowd ? "grid two" : "grid",
                panels.toString(),
                "Test accuracy in % after each epoch of ordinary training; 0 is before it, and"
                    + " lines that come from below started there, near guessing. Dashed across:"
                    + " WeiT before training."
                    + root
                    + seeds));
  }

  private String legend() {
    StringBuilder html = new StringBuilder("<ul class=\"legend\">");
    for (String method : summary.methods()) {
      html.append("<li>").append(Html.method(summary, method)).append("</li>");
    }
    if (summary.methods().contains(Methods.WEIT)) {
      html.append("<li><span class=\"rule m0\"></span>WeiT before training</li>");
    }
    return html.append("</ul>\n").toString();
  }

  private String curveText(String size) {
    List<String> parts = new ArrayList<>();
    for (String method : summary.methods()) {
      summary
          .lastEpoch(size, method)
          .ifPresent(
              e ->
                  parts.add(
                      summary.label(method)
                          + " "
                          + Numbers.percent(
                              summary.accuracy(size, method, new Moment(e)).orElseThrow().mean())
                          + " % after "
                          + Numbers.counted(e, "epoch")));
    }
    return "Learning curves at " + size + ": " + String.join(", ", parts);
  }

  /** Accuracy by parameters; empty if there is one size. */
  private String pareto() {
    if (summary.sizes().size() < 2) {
      return "";
    }
    BiFunction<Theme, Sheet, byte[]> draw =
        (theme, sheet) -> new ParetoChart(summary, theme, sheet).png();
    return part(
        "Accuracy and size",
        figure(
            "wide",
            Html.picture(
                draw,
                "Accuracy against parameters, before and after training; the numbers stand in the"
                    + " table of every size."),
            "Each point is a size, each line a method. The broad line is the best that any method"
                + " has with at most so many parameters. From scratch, each point is a training of"
                + " its own; what was trained beforehand serves all points of a line."));
  }

  private String leagueChart() {
    BiFunction<Theme, Sheet, byte[]> draw =
        (theme, sheet) -> new LeagueChart(summary, theme, sheet).png();
    return part(
        "All methods",
        figure(
            "wide",
            Html.picture(
                draw, "Mean accuracy of each method and WeiT's lead; the league table has both."),
            "Left: means over the sizes each method has; numbers at the edge are starts below the"
                + " axis. Right: WeiT's lead over the sizes that both have, small dots for single"
                + " sizes; left of the line at zero the other method is ahead. Beside it the mean,"
                + " and at how many of the sizes WeiT is ahead."));
  }

  private static String figure(String kind, String body, String caption) {
    return "<figure><div class=\""
        + kind
        + "\">"
        + body
        + "</div><figcaption>"
        + Html.escape(caption)
        + "</figcaption></figure>\n";
  }
}
