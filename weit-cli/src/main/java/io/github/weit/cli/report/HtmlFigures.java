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
  private final boolean pictures;

  HtmlFigures(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
    this.findings = new Findings(setting, summary);
    this.pictures = Charts.canDraw();
  }

  /** Accuracy before any training. */
  String startChart() {
    double guess = 1.0 / setting.data().classes();
    BiFunction<Theme, Sheet, byte[]> draw =
        (theme, sheet) -> new StartChart(summary, theme, guess, sheet).png();
    String caption =
        "Test accuracy at each size. Dots: first weights, not trained at that size (pale: single"
            + " seeds). Lines: how far training from scratch gets. Dashed: guessing among "
            + setting.data().classes()
            + " classes.";
    return Html.section(
        "What a model can do before any training",
        pictures
            ? figure("wide", Html.picture(draw, findings.headline()), caption)
            : "<p>This machine has no fonts, so pictures could not be drawn; all numbers follow"
                + " below.</p>\n");
  }

  /** A picture for each size; empty if nothing was trained. */
  String curves() {
    if (!pictures || summary.epochs().isEmpty()) {
      return "";
    }
    StringBuilder panels = new StringBuilder();
    for (String size : summary.sizes()) {
      Function<Theme, byte[]> draw = theme -> new CurveChart(summary, theme).single(size);
      panels.append("<div>").append(Html.picture(draw, curveText(size))).append("</div>\n");
    }
    String seeds = summary.seeds().size() > 1 ? " Thin lines are single seeds." : "";
    return Html.section(
        "Learning curves",
        legend()
            + figure(
                "grid",
                panels.toString(),
                "Test accuracy in % after each epoch of ordinary training; 0 is before any."
                    + seeds));
  }

  private String legend() {
    StringBuilder html = new StringBuilder("<ul class=\"legend\">");
    for (String method : summary.methods()) {
      html.append("<li>")
          .append(Html.swatch(Theme.place(method, summary.methods())))
          .append(Html.escape(Methods.label(method)))
          .append("</li>");
    }
    if (findings.composedMean().isPresent()) {
      html.append("<li><span class=\"rule m0\"></span>WeiT as composed, no training</li>");
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
                      Methods.label(method)
                          + " "
                          + Numbers.percent(
                              summary
                                  .accuracy(size, method, Measurement.TRAINED, e)
                                  .orElseThrow()
                                  .mean())
                          + " % after "
                          + Numbers.counted(e, "epoch")));
    }
    return "Learning curves at " + size + ": " + String.join(", ", parts);
  }

  /** Accuracy by parameters; empty if there is one size. */
  String pareto() {
    if (!pictures || summary.sizes().size() < 2) {
      return "";
    }
    BiFunction<Theme, Sheet, byte[]> draw =
        (theme, sheet) -> new ParetoChart(summary, theme, sheet).png();
    return Html.section(
        "Accuracy and size",
        figure(
            "wide",
            Html.picture(
                draw,
                "Accuracy against parameters, before and after training; the numbers stand in the"
                    + " table below."),
            "Each point is a size. One pre-training serves all sizes of a line; from scratch, each"
                + " is a training of its own."));
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
