package io.github.weit.cli.report;

import java.util.List;
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
    List<Integer> epochs = summary.epochs(EPOCHS);
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
    html.append(
        "<th>size</th><th>params</th><th"
            + " class=\"l\">method</th><th>composed</th><th>fitted</th>");
    epochs.forEach(e -> html.append("<th>epoch ").append(e).append("</th>"));
    html.append("<th>lead</th></tr></thead>\n<tbody>\n");
    for (String size : summary.sizes()) {
      boolean first = true;
      for (String method : summary.methods()) {
        if (summary.start(size, method).isPresent()
            || summary.lastEpoch(size, method).isPresent()) {
          html.append(row(size, method, epochs, first));
          first = false;
        }
      }
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String row(String size, String method, List<Integer> epochs, boolean first) {
    StringBuilder html = new StringBuilder(first ? "<tr class=\"first\">" : "<tr>");
    html.append("<td>").append(first ? name(size) : "").append("</td><td>");
    html.append(first ? Numbers.count(summary.parameters(size)) : "")
        .append("</td><td class=\"l\">");
    html.append(Html.swatch(Theme.place(method, summary.methods())))
        .append(Html.escape(Methods.label(method)))
        .append("</td>");
    html.append(cell(size, method, Measurement.COMPOSED, 0));
    html.append(cell(size, method, Measurement.FITTED, 0));
    epochs.forEach(e -> html.append(cell(size, method, Measurement.TRAINED, e)));
    return html.append("<td>").append(lead(size, method)).append("</td></tr>\n").toString();
  }

  private String name(String size) {
    boolean seen = setting.pretraining().sizesSeen().contains(size);
    return "<b>" + Html.escape(size) + "</b>" + (seen ? "<small>*</small>" : "");
  }

  private String cell(String size, String method, String phase, int epoch) {
    Optional<Statistic> accuracy = summary.accuracy(size, method, phase, epoch);
    if (accuracy.isEmpty()) {
      return "<td>–</td>";
    }
    Statistic a = accuracy.get();
    double best =
        summary.methods().stream()
            .flatMap(m -> summary.accuracy(size, m, phase, epoch).stream())
            .mapToDouble(Statistic::mean)
            .max()
            .orElse(0);
    boolean marked = phase.equals(Measurement.TRAINED) && a.mean() == best;
    String spread = a.n() > 1 ? " <small>±" + Numbers.percent(a.deviation()) + "</small>" : "";
    return (marked ? "<td class=\"best\">" : "<td>") + Numbers.percent(a.mean()) + spread + "</td>";
  }

  private String lead(String size, String method) {
    OptionalInt last = summary.lastCommonEpoch(size, method, Methods.SCRATCH);
    if (method.equals(Methods.SCRATCH) || last.isEmpty()) {
      return "";
    }
    Statistic lead = summary.lead(size, method, Methods.SCRATCH, last.getAsInt()).orElseThrow();
    String half = lead.n() > 1 ? " <small>±" + Numbers.points(lead.halfWidth()) + "</small>" : "";
    return Numbers.signed(lead.mean()) + half;
  }

  /** What each stage costs. */
  String cost() {
    Setting.Pretraining pre = setting.pretraining();
    Setting.Fitting fit = setting.fitting();
    StringBuilder html =
        new StringBuilder(
            "<div class=\"scroll\"><table class=\"wrap\">\n<thead><tr><th>stage</th>");
    html.append(
        "<th class=\"l\">how often</th><th>steps</th><th>images seen</th><th>numbers learnt</th>");
    html.append("</tr></thead>\n<tbody>\n");
    html.append(
        costRow(
            "1 pre-training under the constraint",
            "once, for all sizes",
            pre.steps(),
            pre.imagesSeen(),
            Numbers.count(pre.artefactParameters())));
    if (fit.steps() > 0) {
      html.append(
          costRow(
              "2 fitting of scalers", "for each size", fit.steps(), fit.imagesSeen(), scalers()));
    }
    long images = summary.imagesOfScratch();
    if (images > 0) {
      String all =
          Numbers.count(summary.parameters(summary.sizes().get(0)))
              + " to "
              + Numbers.count(summary.parameters(summary.sizes().get(summary.sizes().size() - 1)));
      html.append(
          costRow(
              "3 ordinary training",
              "for each model, all methods alike",
              images / Math.max(1, setting.training().batch()),
              images,
              summary.sizes().size() == 1 ? all.split(" ")[0] : all));
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String scalers() {
    long[] counts =
        summary.sizes().stream()
            .flatMap(s -> summary.rows(s, Methods.WEIT, Measurement.FITTED, 0).stream())
            .mapToLong(Measurement::scalerParameters)
            .filter(n -> n > 0)
            .sorted()
            .toArray();
    if (counts.length == 0) {
      return "–";
    }
    String least = Numbers.count(counts[0]);
    String most = Numbers.count(counts[counts.length - 1]);
    return least.equals(most) ? least : least + " to " + most;
  }

  private static String costRow(
      String stage, String often, long steps, long images, String numbers) {
    return "<tr class=\"first\"><td>"
        + stage
        + "</td><td class=\"l\">"
        + often
        + "</td><td>"
        + Numbers.whole(steps)
        + "</td><td>"
        + Numbers.whole(images)
        + "</td><td>"
        + numbers
        + "</td></tr>\n";
  }

  /** All that is needed to do it again. */
  String facts() {
    Setting.Data data = setting.data();
    Setting.Pretraining pre = setting.pretraining();
    Setting.Fitting fit = setting.fitting();
    Provenance from = setting.provenance();
    StringBuilder html = new StringBuilder("<table class=\"facts\"><tbody>\n");
    fact(html, "Data", data.id() + ", " + data.classes() + " classes");
    fact(html, "Content hash", data.hash());
    fact(
        html,
        "Images",
        Numbers.whole(data.pretrainingImages())
            + " for pre-training, "
            + Numbers.whole(data.trainingImages())
            + " for ordinary training, "
            + Numbers.whole(data.testImages())
            + " for testing");
    fact(
        html,
        "Pre-training",
        pre.family()
            + " up to "
            + pre.size()
            + " ("
            + Numbers.count(pre.parameters())
            + " parameters), "
            + Numbers.whole(pre.steps())
            + " steps of "
            + pre.batch()
            + " images");
    fact(html, "Sizes in pre-training", pre.sizeSampling());
    fact(
        html,
        "Fitting",
        fit.steps() == 0
            ? "none"
            : Numbers.whole(fit.steps())
                + " steps of "
                + fit.batch()
                + " images, drawn from "
                + Numbers.whole(fit.images()));
    fact(
        html,
        "Ordinary training",
        setting.training().recipe()
            + "; "
            + Numbers.whole(setting.training().imagesPerEpoch())
            + " images an epoch, "
            + setting.training().batch()
            + " a step");
    fact(html, "Seeds", String.join(", ", summary.seeds().stream().map(String::valueOf).toList()));
    html.append("<tr><th scope=\"row\">Command</th><td class=\"text\"><code>")
        .append(Html.escape(from.command()));
    html.append("</code></td></tr>\n");
    fact(html, "Machine", from.cpu() + ", " + Numbers.counted(from.threads(), "thread"));
    fact(html, "Versions", from.versions());
    fact(html, "Date", from.date());
    return html.append("</tbody></table>\n").toString();
  }

  private static void fact(StringBuilder html, String name, String value) {
    html.append("<tr><th scope=\"row\">").append(name).append("</th><td class=\"text\">");
    html.append(Html.escape(value)).append("</td></tr>\n");
  }
}
