package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each method is, for a reader who knows none of them. */
final class HtmlMethods {
  private final Setting setting;
  private final Summary summary;

  HtmlMethods(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
  }

  /** Those measured, in the order of the tables, then those only described. */
  String section() {
    List<String> names = new ArrayList<>(summary.methods());
    setting.methods().stream()
        .map(MethodFacts::name)
        .filter(n -> !names.contains(n))
        .forEach(names::add);
    StringBuilder html = new StringBuilder("<dl class=\"methods\">\n");
    names.forEach(n -> html.append(entry(n)));
    return html.append("</dl>\n").toString();
  }

  /** What is measured of each, and what it is called. */
  String phases() {
    List<String> items = new ArrayList<>();
    items.add(
        "Composed: weights put together from what was trained beforehand, or drawn at random. No"
            + " image is shown to the model before it is tested"
            + setting.data().calibration().map(c -> ", but " + c).orElse("")
            + ".");
    if (setting.fitting().steps() > 0) {
      items.add(
          "Fitted: numbers of this size learn from "
              + Numbers.whole(setting.fitting().images())
              + " images before ordinary training. With WeiT these are its few scalers, and the"
              + " templates stay as they are; with other methods that are fitted they may be all"
              + " weights. How many there are is in the table of costs.");
    }
    items.add(
        "Trained: all weights train as usual, for so many epochs, by one recipe (at the end of"
            + " the page, with the rates that differ), and are tested on the same images.");
    return Html.list(items);
  }

  private String entry(String name) {
    int place = Theme.place(name, summary.methods());
    boolean measured = summary.methods().contains(name);
    StringBuilder html = new StringBuilder("<dt>").append(measured ? Html.swatch(place) : "");
    html.append(Html.escape(label(name))).append(measured ? "" : " <small>not measured</small>");
    html.append("</dt>\n<dd>");
    setting
        .facts(name)
        .ifPresentOrElse(
            f -> html.append(facts(f)),
            () ->
                html.append("No description was given; rows call it ")
                    .append(Html.escape(name))
                    .append('.'));
    return html.append("</dd>\n").toString();
  }

  private String label(String name) {
    return setting.facts(name).map(MethodFacts::label).orElse(summary.label(name));
  }

  private String facts(MethodFacts facts) {
    StringBuilder html = new StringBuilder(Html.escape(facts.sentence()));
    if (!facts.source().isEmpty()) {
      html.append(" <span class=\"source\">(")
          .append(Html.escape(facts.source()))
          .append(")</span>");
    }
    if (!facts.difference().isEmpty()) {
      html.append("<br><b>Ours differs:</b> ").append(Html.escape(facts.difference()));
    }
    facts
        .parent()
        .ifPresent(
            p ->
                html.append("<br><b>Needs ")
                    .append(Html.escape(p.name()))
                    .append(":</b> ")
                    .append(Html.escape(p.sentence()))
                    .append("; ")
                    .append(Html.escape(Numbers.whole(p.images()) + " images, repeats counted.")));
    if (!facts.lost().isEmpty()) {
      html.append("<br><b>Needed ")
          .append(Html.escape(facts.lost()))
          .append(":</b> no longer there, so what it cost is not known.");
    }
    refusals(facts)
        .forEach(
            (why, sizes) ->
                html.append("<br><b>Nothing at ")
                    .append(Html.escape(Methods.list(sizes)))
                    .append(":</b> ")
                    .append(Html.escape(why)));
    return html.toString();
  }

  /** Sizes of one reason together. */
  private static Map<String, List<String>> refusals(MethodFacts facts) {
    Map<String, List<String>> sizes = new LinkedHashMap<>();
    facts.refusals().forEach((s, why) -> sizes.computeIfAbsent(why, w -> new ArrayList<>()).add(s));
    return sizes;
  }
}
