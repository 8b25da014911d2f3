package io.github.weit.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One page that holds everything: text, styles and pictures. It loads nothing and runs nothing, and
 * its content security policy forbids both, so it can be mailed, kept and printed. Follows the
 * reader's light or dark screen. Answers stand first: who is ahead, over all sizes, how long
 * scratch needs, size by size; then pictures, costs, what the methods are, and what is not shown.
 */
public final class HtmlReport {
  private static final int FEW = 3;

  private final Setting setting;
  private final Summary summary;
  private final Findings findings;
  private final HtmlTables tables;
  private final HtmlLeague league;
  private final HtmlFigures figures;
  private final HtmlMethods methods;

  private HtmlReport(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
    this.findings = new Findings(setting, summary);
    this.tables = new HtmlTables(setting, summary);
    this.league = new HtmlLeague(summary);
    this.figures = new HtmlFigures(setting, summary);
    this.methods = new HtmlMethods(setting, summary);
  }

  /** The page. Without any font on the machine it has no pictures, and says why. */
  public static String of(Setting setting, Summary summary) {
    return new HtmlReport(setting, summary).page();
  }

  private String page() {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + "<meta http-equiv=\"Content-Security-Policy\""
        + " content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        + "<title>WeiT: one pre-training, models of any size</title>\n"
        + "<style>\n"
        + css()
        + colours()
        + "</style>\n</head>\n<body>\n<main>\n"
        + opening()
        + Html.section("The answer", answer())
        + Html.section(
            "All methods over all sizes", methods.phases() + league.table() + league.note())
        + Html.section("How long training from scratch needs", reach())
        + Html.section("Every size", tables.results() + tableNote() + Html.list(findings.points()))
        + Html.section("Pictures", figures.section())
        + Html.section("What it costs", new HtmlCosts(setting, summary).section())
        + Html.section("What is compared", methods.section())
        + Html.section(
            "What this does not show", Html.list(new Caveats(setting, summary).sentences()))
        + Html.section("How to do it again", new HtmlFacts(setting, summary).table())
        + "<footer>Every number and sentence above is derived from the measurements. WeiT for Java"
        + " re-implements the method of arXiv 2604.14769 from its published description and does"
        + " not claim that paper&#39;s numbers.</footer>\n"
        + "</main>\n"
        + "</body>\n"
        + "</html>\n";
  }

  private String opening() {
    Setting.Pretraining pre = setting.pretraining();
    String lead =
        "A family of neural networks ("
            + pre.models()
            + ", at full size "
            + words(pre.size())
            + ") learnt to recognise images once, under a constraint that keeps what does not"
            + " depend on a model's size in shared weight templates. This is WeiT. Models of "
            + Numbers.counted(summary.sizes().size(), "size")
            + " were then composed from these templates: a small grid of numbers for each size"
            + " says how to weight them. Then each model trained as usual."
            + others();
    return "<header>\n"
        + Html.text("h1", "One pre-training, models of any size")
        + "<p class=\"lead\">"
        + Html.escape(lead)
        + "</p>\n</header>\n";
  }

  private String others() {
    List<String> others =
        summary.methods().stream()
            .filter(m -> !m.equals(Methods.WEIT))
            .map(summary::spoken)
            .toList();
    return others.isEmpty()
        ? ""
        : " Compared with it, at the same sizes, on the same images: "
            + (others.size() <= FEW
                ? Methods.list(others)
                : Numbers.word(others.size()) + " other ways, explained below")
            + ".";
  }

  /** {@code 128x6: 128 wide and 6 layers deep}. */
  private static String words(String size) {
    return size.replaceFirst("^(\\d+)x([-\\d]+)$", "$0: $1 wide and $2 layers deep");
  }

  private String answer() {
    List<String> sentences = new Answer(summary, setting::pretrainingCost).sentences();
    return tiles()
        + String.join(
            "",
            sentences.stream()
                .map(s -> "<p class=\"headline\">" + Html.escape(s) + "</p>\n")
                .toList());
  }

  private String reach() {
    return new Reach(summary).sentence().map(s -> Html.text("p", s)).orElse("") + league.reach();
  }

  /** Means over all sizes of WeiT and scratch, at the moments that everybody asks for. */
  private String tiles() {
    List<String> tiles = new ArrayList<>();
    List<Moment> moments = summary.keyMoments();
    moments.stream().limit(1).forEach(m -> tiles.addAll(tile(Methods.WEIT, m)));
    moments.stream().filter(m -> !m.isStart()).forEach(m -> tiles.addAll(tile(Methods.SCRATCH, m)));
    List<Integer> longer = summary.epochs(Methods.SCRATCH_LONG);
    longer.stream()
        .skip(Math.max(0, longer.size() - 1))
        .filter(e -> e > summary.lastShared())
        .forEach(e -> tiles.addAll(tile(Methods.SCRATCH_LONG, new Moment(e))));
    moments.stream()
        .skip(Math.max(1, moments.size() - 1))
        .forEach(m -> tiles.addAll(tile(Methods.WEIT, m)));
    return tiles.isEmpty() ? "" : "<div class=\"tiles\">\n" + String.join("", tiles) + "</div>\n";
  }

  private List<String> tile(String method, Moment moment) {
    return new League(summary)
        .mean(method, moment).stream()
            .map(
                mean ->
                    "<div class=\"tile m"
                        + Theme.place(method, summary.methods())
                        + "\"><b>"
                        + Numbers.percent(mean.mean())
                        + "&thinsp;%</b><span>"
                        + Html.escape(
                            summary.label(method)
                                + ", "
                                + moment.when()
                                + ", mean of "
                                + Numbers.counted(mean.sizes(), "size"))
                        + "</span></div>\n")
            .toList();
  }

  private String tableNote() {
    String seeds =
        summary.seeds().size() > 1
            ? " ±: standard deviation over "
                + Numbers.word(summary.seeds().size())
                + " seeds, where a method has them; over scratch, half the width of the 95 % interval."
            : " One seed.";
    boolean seen = summary.sizes().stream().anyMatch(findings::seen);
    return "<p class=\"note\">Test accuracy in %. Over scratch: how many points the method is ahead"
        + " of training from scratch, after the last epoch that both have. Bold: best of its moment"
        + " and size; before training, each method&#39;s later one of the two counts."
        + seeds
        + (seen ? " *: pre-training itself had composed this size." : "")
        + "</p>\n";
  }

  /** Classes m0, m1, ... with the methods' colours. */
  private String colours() {
    StringBuilder css = new StringBuilder();
    StringBuilder dark = new StringBuilder();
    for (String method : summary.methods()) {
      int place = Theme.place(method, summary.methods());
      css.append(".m")
          .append(place)
          .append(" { --mark: ")
          .append(Theme.css(Theme.LIGHT.colour(place)))
          .append("; }\n");
      dark.append(".m")
          .append(place)
          .append(" { --mark: ")
          .append(Theme.css(Theme.DARK.colour(place)))
          .append("; }\n");
    }
    return css + "@media screen and (prefers-color-scheme: dark) {\n" + dark + "}\n";
  }

  private static String css() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
