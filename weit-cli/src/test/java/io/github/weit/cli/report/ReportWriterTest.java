package io.github.weit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
  private static final List<String> METHODS = List.of("weit", "weight-selection", "scratch");

  @TempDir Path folder;

  @BeforeEach
  void machineHasFonts() {
    Assumptions.assumeTrue(Charts.canDraw());
  }

  @Test
  void writesPicturesAndPageAndReturnsTheTable() throws IOException {
    List<Measurement> rows = Synthetic.rows(METHODS, 2);
    String text = ReportWriter.write(folder.resolve("new"), Synthetic.setting(), rows);

    assertThat(text).isEqualTo(Summary.of(rows).text());
    assertThat(folder.resolve("new").toFile().list())
        .containsExactlyInAnyOrder(
            "start.png", "curves.png", "pareto.png", "league.png", "report.html");
    BufferedImage start = ImageIO.read(folder.resolve("new/start.png").toFile());
    assertThat(start.getWidth()).isEqualTo(2 * 760);
    BufferedImage curves = ImageIO.read(folder.resolve("new/curves.png").toFile());
    assertThat(curves.getWidth()).isEqualTo(2 * 856);
    assertThat(ImageIO.read(folder.resolve("new/pareto.png").toFile()).getWidth())
        .isEqualTo(2 * 760);
  }

  /** Nothing may be asked of the machine that a process which is ending refuses, as hooks are. */
  @Test
  void isWrittenByAProcessThatIsBeingStopped() throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ReportAtShutdown.class.getName(),
                folder.resolve("late").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(log).content().isEmpty();
    assertThat(folder.resolve("late").toFile().list())
        .containsExactlyInAnyOrder(
            "start.png", "curves.png", "pareto.png", "league.png", "report.html");
  }

  @Test
  void picturesOfManyMethodsAreOfSaneSizes() throws IOException {
    Summary summary = Summary.of(Crowd.rows(2), Crowd.setting().methods());

    List<byte[]> pictures =
        List.of(
            Charts.start(summary, 10),
            Charts.curves(summary),
            Charts.pareto(summary),
            Charts.league(summary));

    for (byte[] picture : pictures) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
      assertThat(image.getWidth()).isBetween(1500, 2400);
      assertThat(image.getHeight()).isBetween(800, 3600);
    }
  }

  @Test
  void everyMethodHasALineOfItsOwnKind() {
    List<String> methods = new ArrayList<>(Summary.of(Crowd.rows(1)).methods());
    methods.add("another");
    assertThat(methods).hasSize(14);
    for (Theme theme : List.of(Theme.LIGHT, Theme.DARK)) {
      assertThat(
              methods.stream()
                  .map(m -> theme.style(m, methods))
                  .map(s -> List.of(s.colour(), s.stroke(), s.hollow()))
                  .distinct())
          .hasSize(14);
    }
  }

  @Test
  void replacesAnOlderReport() throws IOException {
    Files.writeString(folder.resolve("report.html"), "old");
    ReportWriter.write(folder, Synthetic.setting(), Synthetic.rows(METHODS, 1));

    assertThat(Files.readString(folder.resolve("report.html")))
        .doesNotContain("old<")
        .contains("<h1>");
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(
            () -> ReportWriter.write(file, Synthetic.setting(), Synthetic.rows(METHODS, 1)))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("cannot write", "is a file where a folder is needed");
  }

  @Test
  void pictureShowsEveryMethodInItsColour() throws IOException {
    BufferedImage image =
        ImageIO.read(
            new ByteArrayInputStream(Charts.pareto(Summary.of(Synthetic.rows(METHODS, 1)))));

    assertThat(pixels(image, 0x0072B2)).isGreaterThan(100);
    assertThat(pixels(image, 0xD55E00)).isGreaterThan(100);
    assertThat(pixels(image, 0x009E73)).isGreaterThan(100);
    assertThat(image.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void pageLoadsNothingAndRunsNothing() {
    String page = HtmlReport.of(Synthetic.setting(), Summary.of(Synthetic.rows(METHODS, 2)));

    assertThat(page)
        .doesNotContainIgnoringCase("<script")
        .doesNotContain("http://", "https://", "url(", "@import");
    Matcher sources = Pattern.compile("(src|srcset|href)=\"([^\"]{0,30})").matcher(page);
    List<String> found = new ArrayList<>();
    while (sources.find()) {
      found.add(sources.group(2));
    }
    assertThat(found).hasSize(2 * 5 + 3 * 4).allMatch(s -> s.startsWith("data:image/png;base64,"));
  }

  @Test
  void pageEscapesAllThatComesFromOutside() {
    String evil = "<b>\"x\" & 'y'</b>";
    Provenance from = new Provenance(evil, evil, 2, evil, evil);
    Setting.Pretraining pre =
        new Setting.Pretraining(evil, evil, evil, List.of(), 10, 5, 100, 8, evil);
    Setting setting =
        new Setting(
            new Setting.Data(evil, evil, 10, 10, 10, 0, 10),
            pre,
            new Setting.Fitting(1, 1, 1),
            new Setting.Training(evil, 8, 100),
            List.of(from),
            List.of(
                new MethodFacts(
                    evil,
                    evil,
                    evil,
                    evil,
                    evil,
                    Optional.of(new MethodFacts.Parent(evil, evil, evil, 1, 1, 1, 1)),
                    "",
                    OptionalLong.of(0),
                    Map.of(evil, evil, "b", evil))));
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(Synthetic.run("weit", evil, 1, 0.5, 0.4, 0.6));
    rows.addAll(Synthetic.run(evil, evil, 1, 0.3, 0.4, 0.6));
    rows.addAll(Synthetic.run("scratch", evil, 1, Double.NaN, 0.4, 0.6));

    String page = page(setting, rows);

    assertThat(page)
        .doesNotContain("<b>\"x\"")
        .contains("&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;");
  }

  @Test
  void pageIsWellFormed() throws Exception {
    assertThat(sections(Synthetic.setting(), Synthetic.rows(METHODS, 2))).isEqualTo(9);
    assertThat(sections(Crowd.setting(), Crowd.rows(1).subList(0, 100))).isEqualTo(9);
  }

  @Test
  void pageAnswersInTheOrderOfQuestions() {
    String page = page(Crowd.setting(), Crowd.rows(1).subList(0, 70));
    List<String> found = new ArrayList<>();
    Matcher titles = Pattern.compile("<h[23]>([^<]*)</h|class=\"headline\">(\\w+)").matcher(page);
    while (titles.find()) {
      found.add(titles.group(1) == null ? titles.group(2) : titles.group(1));
    }

    assertThat(found)
        .containsExactly(
            "The answer",
            "Before",
            "After",
            "After",
            "All methods over all sizes",
            "How long training from scratch needs",
            "Every size",
            "Pictures",
            "Learning curves",
            "Accuracy and size",
            "All methods",
            "What a model can do before ordinary training",
            "What it costs",
            "What is compared",
            "What this does not show",
            "How to do it again");
  }

  @Test
  void pageExplainsMissingCells() {
    Setting setting = Crowd.setting();
    Summary whole = Summary.of(Crowd.rows(1), setting.methods());
    Summary part = Summary.of(Crowd.rows(1).subList(0, 70), setting.methods());

    assertThat(new HtmlTables(setting, whole).results())
        .contains("stacking and ligo (it makes no model that is smaller)")
        .doesNotContain("not measured yet");
    assertThat(new HtmlTables(setting, part).results()).contains("from scratch (not measured yet)");
    assertThat(new HtmlMethods(setting, whole).section())
        .contains("<b>Nothing at 96x9, 128x9, 192x3, 192x6 and 192x12:</b>");
  }

  @Test
  void boldIsTheBestStartAndTheBestOfEachEpoch() {
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(Synthetic.run("weit", "a", 1, 0.61, 0.40));
    rows.add(Synthetic.simple("weit", "a", 1, "fitted", 0, 0.59));
    rows.addAll(Synthetic.run("ligo", "a", 1, 0.60, 0.45));

    String table = new HtmlTables(Synthetic.setting(), Summary.of(rows)).results();

    assertThat(table)
        .contains("<td class=\"best\">60.0</td>", "<td class=\"best\">45.0</td>")
        .contains("<td>61.0</td>", "<td>59.0</td>", "<td>40.0</td>");
  }

  @Test
  void costsAreThoseByHand() {
    Setting setting =
        Synthetic.setting( // 10,000 images an epoch
            new MethodFacts(
                "weit",
                "WeiT",
                "What it is.",
                "",
                "",
                Optional.of(Synthetic.parent("templates", 9_000_000)),
                "",
                OptionalLong.of(20_000_000),
                Map.of()));
    List<Measurement> rows = new ArrayList<>();
    rows.add(
        new Measurement(
            "weit", "a", 1, 1, 1, "fitted", 0, 10, 640, 0.5, 1, 100_000, 2_000_000, 2_500));
    rows.addAll(List.of(trained("a", 100_000, 2_000_000), trained("b", 200_000, 6_000_000)));

    String html = new HtmlCosts(setting, Summary.of(rows)).section();

    assertThat(html)
        .contains("<td class=\"l\">templates</td><td>1.00k</td><td>10</td><td>9.00M</td>")
        .contains("<td>9.00M</td><td>4.50M</td>") // two sizes share it
        .contains("<td>3.86G</td>") // three passes of 640 images of 2 M, and what teaches
        .contains("<td>60.0G\u2013180G</td>") // three passes of 10,000 images of 2 M and 6 M
        .contains("<td>2.50k <small>2.5&nbsp;%</small></td>")
        .contains("WeiT&#39;s templates and the full size&#39;s scalers", "are 1.00k numbers");
  }

  @Test
  void costsOfWhatIsGoneAreNotKnown() {
    MethodFacts lost =
        new MethodFacts(
            "weit",
            "WeiT",
            "What it is.",
            "",
            "",
            Optional.empty(),
            "templates",
            OptionalLong.empty(),
            Map.of());
    List<Measurement> rows = new ArrayList<>(Synthetic.run("weit", "a", 1, 0.5, 0.6));
    rows.add(Synthetic.simple("weit", "a", 1, "fitted", 0, 0.6));

    String html = new HtmlCosts(setting(lost), Summary.of(rows)).section();

    assertThat(html)
        .contains("templates, not there</td>" + "<td>not known</td>".repeat(5))
        .doesNotContain("<td>\u2013</td>");
  }

  private static Setting setting(MethodFacts facts) {
    return Synthetic.setting(facts);
  }

  @Test
  void sizesOfOneReasonStandTogether() {
    String page = new HtmlMethods(Crowd.setting(), Summary.of(Crowd.rows(1))).section();

    assertThat(page).contains("<b>Nothing at 64x3, 64x6, 96x4, 128x3, 96x9 and 192x3:</b>");
  }

  @Test
  void saysWhatAModelIsShownBeforeItIsTested() {
    Setting few = Synthetic.setting();
    Setting setting =
        new Setting(
            new Setting.Data("id", "hash", 10, 40_000, 10_000, 2_048, 4_000),
            few.pretraining(),
            few.fitting(),
            few.training(),
            few.provenance());
    List<Measurement> rows = Synthetic.rows(METHODS, 1);

    assertThat(page(few, rows)).contains("before it is tested.", "no image seen;");
    assertThat(page(setting, rows))
        .contains("before it is tested, but 2,048 training images, on which means and variances")
        .contains("no image seen but 2,048 training images, on which means and variances");
  }

  @Test
  void pageBeginsForAReaderWhoKnowsNothing() {
    String few = page(Synthetic.setting(), Synthetic.rows(METHODS, 1));
    assertThat(few)
        .contains("(vision transformers, at full size 128x6: 128 wide and 6 layers deep) learnt")
        .contains("on the same images: weight selection and training from scratch.")
        .containsSubsequence("Composed: weights put together", "<table", "over scratch</th>");

    String many = page(Crowd.setting(), Crowd.rows(1));
    assertThat(many)
        .contains("on the same images: 12 other ways, explained below.")
        .contains("longer scratch, after epoch 15, mean of ten sizes");
  }

  private static Measurement trained(String size, long parameters, long macs) {
    return new Measurement(
        "weit", size, 1, 1, 1, "trained", 1, 10, 640, 0.5, 1, parameters, macs, 0);
  }

  private static String page(Setting setting, List<Measurement> rows) {
    return HtmlReport.of(setting, Summary.of(rows, setting.methods()));
  }

  private static int sections(Setting setting, List<Measurement> rows) throws Exception {
    String page = page(setting, rows);
    String xml =
        page.replaceFirst("<!DOCTYPE html>", "")
            .replaceAll("<(meta|img|br)([^>]*)>", "<$1$2/>")
            .replace("&nbsp;", " ")
            .replace("&thinsp;", " ");

    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .getElementsByTagName("section")
        .getLength();
  }

  @Test
  void drawsWhateverIsThere() {
    draw(Synthetic.run("weit", "a", 1, 0.5));
    draw(Synthetic.run("scratch", "a", 1, Double.NaN, 0.3));
    draw(Synthetic.run("scratch-long", "a", 1, 0.1, 0.3, 0.4));
    draw(Synthetic.run("ligo", "a", 1, 0.1));
    draw(Synthetic.run("weit", "a", 1, 1.0, 1.0));
    draw(Synthetic.run("mimetic", "a", 1, 0.0, new double[100]));
    List<Measurement> crowd = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      crowd.addAll(Synthetic.run("weit", "a rather long size name " + i, 1, 0.5, 0.6));
    }
    draw(crowd);
  }

  private static void draw(List<Measurement> rows) {
    Summary summary = Summary.of(rows);
    assertThat(Charts.start(summary, 10)).isNotEmpty();
    assertThat(Charts.curves(summary)).isNotEmpty();
    assertThat(Charts.pareto(summary)).isNotEmpty();
    assertThat(Charts.league(summary)).isNotEmpty();
    assertThat(summary.text()).isNotBlank();
    assertThat(HtmlReport.of(Synthetic.setting(), summary)).contains("</html>");
  }

  private static long pixels(BufferedImage image, int rgb) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & 0xFFFFFF) == rgb ? 1 : 0;
      }
    }
    return count;
  }
}
