package io.github.weit.cli.report;

import java.util.List;

/** The league and the epochs that scratch needs, as tables of the page. */
final class HtmlLeague {
  private static final int MOMENTS = 5;

  private final Summary summary;
  private final League league;
  private final Reach reach;

  HtmlLeague(Summary summary) {
    this.summary = summary;
    this.league = new League(summary);
    this.reach = new Reach(summary);
  }

  /** A row for each method. */
  String table() {
    List<Moment> moments = summary.moments(MOMENTS);
    boolean longer = longer();
    boolean compared = summary.methods().contains(Methods.WEIT) && summary.methods().size() > 1;
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table class=\"league\">\n<thead>");
    String span = "\" class=\"group\">";
    html.append("<tr><th></th><th></th><th colspan=\"")
        .append(moments.size() + (longer ? 1 : 0))
        .append(span)
        .append("accuracy in %</th>");
    if (compared) {
      html.append("<th colspan=\"").append(moments.size()).append(span);
      html.append("WeiT&#39;s lead at the same sizes</th>");
    }
    html.append("</tr>\n<tr><th class=\"l\">method</th><th>sizes</th>");
    moments.forEach(m -> html.append("<th>").append(m.heading()).append("</th>"));
    html.append(longer ? "<th>its end</th>" : "");
    if (compared) {
      moments.forEach(m -> html.append("<th>").append(m.heading()).append("</th>"));
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (String method : league.order()) {
      html.append(
          method.equals(Methods.WEIT) ? "<tr class=\"first own\">" : "<tr class=\"first\">");
      html.append("<td class=\"l\">").append(Html.method(summary, method)).append("</td><td>");
      html.append(league.sizes(method)).append("</td>");
      moments.forEach(m -> html.append(accuracy(method, m)));
      html.append(longer ? end(method) : "");
      if (compared) {
        moments.forEach(m -> html.append(lead(method, m)));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String accuracy(String method, Moment moment) {
    return league
        .mean(method, moment)
        .map(
            m -> {
              String spread =
                  Double.isNaN(m.deviation())
                      ? ""
                      : " <small>±" + Numbers.percent(m.deviation()) + "</small>";
              String some =
                  m.sizes() == league.sizes(method)
                      ? ""
                      : "<small class=\"under\">" + Numbers.counted(m.sizes(), "size") + "</small>";
              String range =
                  m.sizes() == 1
                      ? ""
                      : "<small class=\"under\">"
                          + Numbers.percent(m.least())
                          + "–"
                          + Numbers.percent(m.most())
                          + "</small>";
              return "<td>" + Numbers.percent(m.mean()) + spread + range + some + "</td>";
            })
        .orElse("<td>–</td>");
  }

  private String lead(String method, Moment moment) {
    BySize lead = league.lead(method, moment);
    if (lead.isEmpty()) {
      return method.equals(Methods.WEIT) ? "<td></td>" : "<td>–</td>";
    }
    String kind = lead.sign() < 0 ? "<td class=\"behind\">" : "<td>";
    String wins = "<small class=\"under\">" + lead.wins() + "</small>";
    return kind + Numbers.signed(lead.mean()) + wins + "</td>";
  }

  /** Whether any method trains on after the others' last epoch. */
  private boolean longer() {
    return summary.epochs().stream().anyMatch(e -> e > summary.lastShared());
  }

  private String end(String method) {
    int last =
        summary.sizes().stream()
            .flatMapToInt(s -> summary.lastEpoch(s, method).stream())
            .max()
            .orElse(0);
    if (last <= summary.lastShared()) {
      return "<td></td>";
    }
    String cell = accuracy(method, new Moment(last));
    return cell.replace("</td>", "<small class=\"under\">epoch " + last + "</small></td>");
  }

  /** What the table's numbers are. */
  String note() {
    int n = summary.seeds().size();
    return "<p class=\"note\">"
        + Html.escape(
            "Test accuracy: mean over the sizes a method has, of means over seeds; below it the"
                + " lowest and highest size."
                + (n > 1
                    ? " ±: standard deviation over "
                        + Numbers.word(n)
                        + " seeds of the mean over sizes."
                    : " One seed.")
                + " Start: before ordinary training, fitted where a method fits, else as composed."
                + " WeiT's lead over a method is in points, paired by size and seed; below it, at how many of the"
                + " sizes that both have WeiT is ahead by 0.05 points or more. Methods stand in the"
                + " order of that lead after the last epoch, the best on top.")
        + "</p>\n";
  }

  /** A row for each size: how long scratch takes to get where WeiT is; empty without scratch. */
  String reach() {
    List<Moment> moments = summary.keyMoments();
    if (reach.sizes().isEmpty()) {
      return "<p>Training from scratch was not measured beside WeiT.</p>\n";
    }
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr><th></th>");
    moments.forEach(
        m ->
            html.append("<th colspan=\"2\" class=\"group\">WeiT ")
                .append(m.when())
                .append("</th>"));
    html.append("<th>scratch</th></tr>\n<tr><th>size</th>");
    moments.forEach(m -> html.append("<th>has</th><th>scratch needs</th>"));
    html.append("<th>at its end</th></tr></thead>\n<tbody>\n");
    for (String size : reach.sizes()) {
      html.append("<tr class=\"first\"><td><b>").append(Html.escape(size)).append("</b></td>");
      for (Moment moment : moments) {
        String has = reach.target(size, moment).map(a -> Numbers.percent(a.mean())).orElse("–");
        html.append("<td>").append(has).append("</td><td>");
        html.append(reach.text(size, moment)).append("</td>");
      }
      html.append(scratchEnd(size)).append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").append(reachNote()).toString();
  }

  private String scratchEnd(String size) {
    String runner = reach.runner(size).orElseThrow();
    int end = reach.end(size);
    Statistic accuracy = summary.accuracy(size, runner, new Moment(end)).orElseThrow();
    return "<td>" + Numbers.percent(accuracy.mean()) + " <small>epoch " + end + "</small></td>";
  }

  private String reachNote() {
    boolean longer = summary.methods().contains(Methods.SCRATCH_LONG);
    return "<p class=\"note\">"
        + Html.escape(
            "Epochs of training from scratch until its mean accuracy is WeiT's or more. It was"
                + " measured after epochs "
                + reach.measured()
                + "; the first of these is given."
                + (longer
                    ? " Where there is a longer training from scratch, with a schedule of that"
                        + " length, it is the one asked."
                    : ""))
        + "</p>\n";
  }
}
