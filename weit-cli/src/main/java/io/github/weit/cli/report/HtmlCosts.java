package io.github.weit.cli.report;

import io.github.weit.cli.report.MethodFacts.Parent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** What methods cost, in multiply-accumulates, and how many numbers they fit. */
final class HtmlCosts {
  private static final String NONE = "–";
  private static final String UNKNOWN = "not known";

  private final Setting setting;
  private final Summary summary;
  private final League league;

  HtmlCosts(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
    this.league = new League(summary);
  }

  /** Tables and what to know about them. */
  String section() {
    return methods() + sizes() + note();
  }

  private String methods() {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"wrap\">\n<thead>");
    html.append("<tr><th></th><th colspan=\"5\" class=\"group\">trained beforehand, once</th>");
    html.append("<th colspan=\"2\" class=\"group\">for each size</th></tr>\n");
    html.append("<tr><th class=\"l\">method</th><th class=\"l\">what</th><th>params</th>");
    html.append("<th>steps</th><th>MACs</th><th>MACs / sizes here</th><th>fit: MACs</th>");
    html.append("<th>training: MACs an epoch</th></tr></thead>\n<tbody>\n");
    for (String method : summary.methods()) {
      html.append("<tr class=\"first\"><td class=\"l\">").append(Html.method(summary, method));
      html.append("</td>").append(parent(method));
      html.append(cell(fit(method))).append(cell(Numbers.range(epoch(method))));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String parent(String method) {
    Optional<Parent> parent = setting.facts(method).flatMap(MethodFacts::parent);
    if (parent.isEmpty()) {
      String lost = setting.facts(method).map(MethodFacts::lost).orElse("");
      String none = setting.facts(method).isPresent() ? "nothing" : NONE;
      return "<td class=\"l\">"
          + (lost.isEmpty() ? none : Html.escape(lost) + ", not there")
          + "</td>"
          + cell(lost.isEmpty() ? NONE : UNKNOWN).repeat(4);
    }
    Parent p = parent.get();
    double share = (double) p.macs() / Math.max(1, league.sizes(method));
    return "<td class=\"l\">"
        + Html.escape(p.name())
        + "</td>"
        + cell(Numbers.count(p.parameters()))
        + cell(Numbers.whole(p.steps()))
        + cell(Numbers.count(p.macs()))
        + cell(Numbers.count(share));
  }

  private static String cell(String text) {
    return "<td>" + text + "</td>";
  }

  /** At each size: training on the images that the fit saw, and what its teacher costs. */
  private String fit(String method) {
    OptionalLong taught =
        setting.facts(method).map(MethodFacts::taughtMacs).orElse(OptionalLong.of(0));
    List<Measurement> fits =
        summary
            .rows()
            .filter(m -> m.method().equals(method) && m.phase().equals(Measurement.FITTED))
            .toList();
    return taught.isEmpty() && !fits.isEmpty()
        ? UNKNOWN
        : Numbers.range(
            fits.stream()
                .mapToLong(m -> MethodFacts.PASSES * m.images() * m.macs() + taught.orElse(0)));
  }

  /** At each size that the method was trained at. */
  private LongStream epoch(String method) {
    return summary.sizes().stream()
        .filter(s -> summary.lastEpoch(s, method).isPresent())
        .mapToLong(this::epochMacs);
  }

  private long epochMacs(String size) {
    return MethodFacts.PASSES * setting.training().imagesPerEpoch() * summary.macs(size);
  }

  private String sizes() {
    List<String> fitting =
        summary.methods().stream()
            .filter(m -> summary.sizes().stream().anyMatch(s -> summary.fitted(s, m) > 0))
            .toList();
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead>");
    if (!fitting.isEmpty()) {
      html.append("<tr><th></th><th></th><th></th><th></th><th class=\"group\" colspan=\"");
      html.append(fitting.size()).append("\">numbers fitted for the size</th></tr>\n");
    }
    html.append(
        "<tr><th>size</th><th>params</th><th>forward MACs an image</th><th>training MACs an epoch</th>");
    fitting.forEach(m -> html.append("<th>").append(Html.escape(summary.label(m))).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
    for (String size : summary.sizes()) {
      html.append("<tr class=\"first\"><td><b>").append(Html.escape(size)).append("</b></td>");
      html.append(cell(Numbers.count(summary.parameters(size))));
      html.append(cell(Numbers.count(summary.macs(size))));
      html.append(cell(Numbers.count(epochMacs(size))));
      fitting.forEach(m -> html.append(fittedCell(size, m)));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String fittedCell(String size, String method) {
    long count = summary.fitted(size, method);
    double percent = 100.0 * count / summary.parameters(size);
    return count == 0
        ? cell(NONE)
        : cell(
            Numbers.count(count)
                + " <small>"
                + Numbers.format("%.1f", percent)
                + "&nbsp;%</small>");
  }

  private String note() {
    StringBuilder html = new StringBuilder("<p class=\"note\">");
    html.append(
        Html.escape(
            "MACs: multiply-accumulates. Training counts three times a forward pass, since the"
                + " backward pass costs about twice as much again; what a teacher says counts once."
                + " Composing weights and tests are not counted. MACs / sizes here: divided by the"
                + " number of sizes the method was measured at."));
    setting
        .facts(Methods.WEIT)
        .flatMap(MethodFacts::parent)
        .ifPresent(
            p ->
                html.append(
                    Html.escape(
                        " WeiT's templates and the full size's scalers, from which those of"
                            + " any size are made, are "
                            + Numbers.count(p.parameters())
                            + " numbers, shared by all sizes.")));
    price().ifPresent(p -> html.append(' ').append(Html.escape(p)));
    return html.append("</p>\n").toString();
  }

  /** What pre-training costs, in runs from scratch; counted in images. */
  Optional<String> price() {
    long scratch =
        summary
            .rows()
            .filter(m -> m.method().equals(Methods.SCRATCH))
            .mapToLong(Measurement::images)
            .max()
            .orElse(0);
    if (scratch == 0 || !summary.methods().contains(Methods.WEIT)) {
      return Optional.empty();
    }
    double runs = (double) setting.pretraining().imagesSeen() / scratch;
    return Optional.of(
        "Pre-training is not free and is not part of the epochs shown: it saw "
            + Numbers.whole(setting.pretraining().imagesSeen())
            + " images, as many as "
            + Numbers.format("%.1f", runs)
            + " of the runs from scratch. It is paid once, for all sizes.");
  }
}
