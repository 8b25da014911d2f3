package io.github.weit.cli.report;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is needed to do it again: the settings, and where the rows come from. */
final class HtmlFacts {
  private final Setting setting;
  private final Summary summary;

  HtmlFacts(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
  }

  /** All that is needed to do it again. */
  String table() {
    Setting.Data data = setting.data();
    Setting.Pretraining pre = setting.pretraining();
    Setting.Fitting fit = setting.fitting();
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
    List<Provenance> runs = setting.provenance();
    html.append("<tr><th scope=\"row\">Command</th><td class=\"text\">").append(command(runs));
    html.append("</td></tr>\n");
    fact(html, "Machine", each(runs, p -> p.cpu() + ", " + Numbers.counted(p.threads(), "thread")));
    fact(html, "Versions", each(runs, Provenance::versions));
    fact(html, "Date", dates(runs));
    return html.append("</tbody></table>\n").toString();
  }

  private static String command(List<Provenance> runs) {
    List<String> commands =
        runs.stream()
            .sorted(Comparator.comparing(Provenance::date))
            .map(Provenance::command)
            .distinct()
            .toList();
    String last = commands.get(commands.size() - 1);
    String several =
        commands.size() == 1
            ? ""
            : Numbers.word(commands.size()) + " commands, each in its rows; the last: ";
    return several + "<code>" + Html.escape(last) + "</code>";
  }

  private static String each(List<Provenance> runs, Function<Provenance, String> what) {
    return runs.stream().map(what).distinct().collect(Collectors.joining("; "));
  }

  private static String dates(List<Provenance> runs) {
    List<String> dates = runs.stream().map(Provenance::date).distinct().sorted().toList();
    String first = dates.get(0);
    return dates.size() == 1 ? first : first + " to " + dates.get(dates.size() - 1);
  }

  private static void fact(StringBuilder html, String name, String value) {
    html.append("<tr><th scope=\"row\">").append(name).append("</th><td class=\"text\">");
    html.append(Html.escape(value)).append("</td></tr>\n");
  }
}
