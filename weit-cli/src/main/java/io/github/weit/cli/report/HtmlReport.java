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
 * reader's light or dark screen.
 */
public final class HtmlReport {
  private final Setting setting;
  private final Summary summary;
  private final Findings findings;
  private final HtmlTables tables;
  private final HtmlFigures figures;

  private HtmlReport(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
    this.findings = new Findings(setting, summary);
    this.tables = new HtmlTables(setting, summary);
    this.figures = new HtmlFigures(setting, summary);
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
        + figures.startChart()
        + Html.section("What was found", list(findings.points()))
        + figures.curves()
        + figures.pareto()
        + Html.section("All numbers", tables.results() + tableNote())
        + Html.section("What it costs", tables.cost() + costNote())
        + Html.section("What is compared with what", comparison())
        + Html.section("What this does not show", list(new Caveats(setting, summary).sentences()))
        + Html.section("How to do it again", tables.facts())
        + "<footer>Every number and sentence above is derived from the measurements. WeiT for Java"
        + " re-implements the method of arXiv 2604.14769 from its published description and does"
        + " not claim that paper&#39;s numbers.</footer>\n"
        + "</main>\n"
        + "</body>\n"
        + "</html>\n";
  }

  private String opening() {
    Setting.Pretraining pre = setting.pretraining();
    int sizes = summary.sizes().size();
    String others =
        Methods.list(
            summary.methods().stream()
                .filter(m -> !m.equals(Methods.WEIT))
                .map(Methods::spoken)
                .toList());
    String lead =
        "A family of neural networks ("
            + pre.family()
            + ", up to "
            + pre.size()
            + ") learnt to recognise images once, under a constraint that keeps what does not"
            + " depend on a model's size in shared weight templates. Models of "
            + Numbers.counted(sizes, "size")
            + " were then composed from these templates, without training them: a small grid of"
            + " numbers for each size says how to weight the templates."
            + (others.isEmpty()
                ? ""
                : " Each is compared with "
                    + others
                    + " at the same size, tested on the same images.");
    return "<header>\n"
        + Html.text("h1", "One pre-training, models of any size")
        + "<p class=\"lead\">"
        + Html.escape(lead)
        + "</p>\n</header>\n"
        + tiles()
        + "<p class=\"headline\">"
        + Html.escape(findings.headline())
        + "</p>\n";
  }

  private String tiles() {
    List<String> tiles = new ArrayList<>();
    findings
        .composedMean()
        .ifPresent(a -> tiles.add(tile(Methods.WEIT, a, "composed, without any training")));
    List<Integer> epochs = summary.epochs();
    if (!epochs.isEmpty()) {
      String first = Numbers.counted(epochs.get(0), "epoch");
      String last = Numbers.counted(epochs.get(epochs.size() - 1), "epoch");
      findings
          .scratchMean(true)
          .ifPresent(a -> tiles.add(tile(Methods.SCRATCH, a, "from scratch, after " + first)));
      if (epochs.size() > 1) {
        findings
            .scratchMean(false)
            .ifPresent(a -> tiles.add(tile(Methods.SCRATCH, a, "from scratch, after " + last)));
      }
      findings
          .trainedMean(Methods.WEIT, false)
          .ifPresent(a -> tiles.add(tile(Methods.WEIT, a, "composed, then trained for " + last)));
    }
    return "<div class=\"tiles\">\n" + String.join("", tiles) + "</div>\n";
  }

  private String tile(String method, double accuracy, String what) {
    return "<div class=\"tile m"
        + Theme.place(method, summary.methods())
        + "\"><b>"
        + Numbers.percent(accuracy)
        + "&thinsp;%</b><span>"
        + Html.escape(what)
        + "</span></div>\n";
  }

  private String tableNote() {
    String seeds =
        summary.seeds().size() > 1
            ? " Mean ± standard deviation over "
                + Numbers.word(summary.seeds().size())
                + " seeds; the lead has the half width of its 95 % interval."
            : " One seed.";
    boolean seen = summary.sizes().stream().anyMatch(findings::seen);
    return "<p class=\"note\">Test accuracy in %. Composed: no training at this size. Fitted: after"
        + " fitting the scalers. Lead: points over scratch after the last epoch. Bold: best"
        + " of its epoch and size."
        + seeds
        + (seen ? " *: pre-training itself had composed this size." : "")
        + "</p>\n";
  }

  private String costNote() {
    return new Caveats(setting, summary)
        .price()
        .map(p -> "<p class=\"note\">" + Html.escape(p) + "</p>\n")
        .orElse("");
  }

  private String comparison() {
    List<String> items = new ArrayList<>();
    items.add(
        "Composed: weights put together from templates and the scalers of pre-training, resized"
            + " as the size asks. No image is shown to the model before it is tested.");
    if (setting.fitting().steps() > 0) {
      items.add(
          "Fitted: templates stay as they are, the scalers of this size learn from "
              + Numbers.whole(setting.fitting().images())
              + " images.");
    }
    items.add(
        "Trained: all weights train as usual ("
            + setting.training().recipe()
            + "), by the same recipe and on the same test images for every method.");
    if (summary.methods().contains(Methods.SCRATCH)) {
      items.add("From scratch: the same model with the usual random first weights.");
    }
    for (String method : summary.methods()) {
      if (method.equals("weight-selection")) {
        items.add(
            "Weight selection: first weights picked from a larger dense model (arXiv 2311.18823).");
      } else if (method.equals("mimetic")) {
        items.add(
            "Mimetic: random first weights shaped like those of trained attention (arXiv"
                + " 2305.09828).");
      }
    }
    return list(items);
  }

  private static String list(List<String> sentences) {
    return "<ul class=\"points\">\n"
        + String.join("", sentences.stream().map(s -> Html.text("li", s)).toList())
        + "</ul>\n";
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
