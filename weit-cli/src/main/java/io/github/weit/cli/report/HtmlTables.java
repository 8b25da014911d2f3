package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The tables of the page. */
final class HtmlTables {
  private static final int EPOCHS = 6;

  private final Setting setting;
  private final Summary summary;

  HtmlTables(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
  }

  /** Every size and method: accuracies, lead over scratch. */
  String results() {
    List<Integer> epochs =
        summary.moments(EPOCHS + 1).stream().map(Moment::epoch).filter(e -> e > 0).toList();
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
    html.append(
        "<th>size</th><th>params</th><th"
            + " class=\"l\">method</th><th>composed</th><th>fitted</th>");
    epochs.forEach(e -> html.append("<th>epoch ").append(e).append("</th>"));
    html.append("<th>over scratch</th></tr></thead>\n<tbody>\n");
    for (String size : summary.sizes()) {
      boolean first = true;
      for (String method : summary.methods()) {
        if (summary.has(size, method)) {
          html.append(row(size, method, epochs, first));
          first = false;
        }
      }
      html.append(absent(size, epochs.size() + 6));
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String row(String size, String method, List<Integer> epochs, boolean first) {
    StringBuilder html = new StringBuilder(first ? "<tr class=\"first\">" : "<tr>");
    html.append("<td>").append(first ? name(size) : "").append("</td><td>");
    html.append(first ? Numbers.count(summary.parameters(size)) : "")
        .append("</td><td class=\"l\">");
    html.append(Html.method(summary, method)).append("</td>");
    html.append(cell(size, method, Moment.COMPOSED));
    html.append(cell(size, method, Moment.FITTED));
    epochs.forEach(e -> html.append(cell(size, method, new Moment(e))));
    return html.append("<td>").append(lead(size, method)).append("</td></tr>\n").toString();
  }

  private String name(String size) {
    boolean seen = setting.pretraining().sizesSeen().contains(size);
    return "<b>" + Html.escape(size) + "</b>" + (seen ? "<small>*</small>" : "");
  }

  private String cell(String size, String method, Moment moment) {
    Optional<Statistic> accuracy = summary.accuracy(size, method, moment);
    if (accuracy.isEmpty()) {
      return "<td>–</td>";
    }
    Statistic a = accuracy.get();
    boolean fittedToo =
        moment.equals(Moment.COMPOSED) && !summary.rows(size, method, Moment.FITTED).isEmpty();
    boolean marked = !fittedToo && best(size, a, new Moment(moment.epoch()));
    String spread = a.n() > 1 ? " <small>±" + Numbers.percent(a.deviation()) + "</small>" : "";
    return (marked ? "<td class=\"best\">" : "<td>") + Numbers.percent(a.mean()) + spread + "</td>";
  }

  private boolean best(String size, Statistic mean, Moment moment) {
    return summary.methods().stream()
        .flatMap(m -> summary.accuracy(size, m, moment).stream())
        .allMatch(other -> other.mean() <= mean.mean());
  }

  /** Over scratch, at the last epoch both have. */
  private String lead(String size, String method) {
    OptionalInt last = summary.lastCommonEpoch(size, method, Methods.SCRATCH);
    if (method.equals(Methods.SCRATCH) || last.isEmpty()) {
      return "";
    }
    Moment moment = new Moment(last.getAsInt());
    Statistic lead = summary.lead(size, method, Methods.SCRATCH, moment).orElseThrow();
    String half = lead.n() > 1 ? " <small>±" + Numbers.points(lead.halfWidth()) + "</small>" : "";
    return Numbers.signed(lead.mean()) + half;
  }

  /** Methods that have nothing at this size although others do, and why. */
  private String absent(String size, int columns) {
    Map<String, List<String>> methods = new LinkedHashMap<>();
    summary.methods().stream()
        .filter(m -> !summary.has(size, m))
        .forEach(
            m ->
                methods
                    .computeIfAbsent(
                        setting.refusal(m, size).orElse("not measured yet"), w -> new ArrayList<>())
                    .add(summary.label(m)));
    List<String> absent =
        methods.entrySet().stream()
            .map(e -> Methods.list(e.getValue()) + " (" + e.getKey() + ")")
            .toList();
    return absent.isEmpty()
        ? ""
        : "<tr><td></td><td></td><td class=\"l absent\" colspan=\""
            + (columns - 2)
            + "\">Nothing of: "
            + Html.escape(String.join("; ", absent))
            + "</td></tr>\n";
  }
}
