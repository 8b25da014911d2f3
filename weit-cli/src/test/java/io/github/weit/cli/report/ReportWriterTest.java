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
        .containsExactlyInAnyOrder("start.png", "curves.png", "pareto.png", "report.html");
    BufferedImage start = ImageIO.read(folder.resolve("new/start.png").toFile());
    assertThat(start.getWidth()).isEqualTo(2 * 760);
    BufferedImage curves = ImageIO.read(folder.resolve("new/curves.png").toFile());
    assertThat(curves.getWidth()).isEqualTo(2 * 856);
    assertThat(ImageIO.read(folder.resolve("new/pareto.png").toFile()).getWidth())
        .isEqualTo(2 * 760);
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
    assertThat(found).hasSize(2 * 5 + 2 * 4).allMatch(s -> s.startsWith("data:image/png;base64,"));
  }

  @Test
  void pageEscapesAllThatComesFromOutside() {
    String evil = "<b>\"x\" & 'y'</b>";
    Provenance from = new Provenance(evil, evil, 2, evil, evil);
    Setting.Pretraining pre = new Setting.Pretraining(evil, evil, List.of(), 10, 5, 100, 8, evil);
    Setting setting =
        new Setting(
            new Setting.Data(evil, evil, 10, 10, 10, 10),
            pre,
            new Setting.Fitting(1, 1, 1),
            new Setting.Training(evil, 8, 100),
            from);
    List<Measurement> rows = new ArrayList<>();
    rows.addAll(Synthetic.run("weit", evil, 1, 0.5, 0.4, 0.6));
    rows.addAll(Synthetic.run(evil, evil, 1, 0.3, 0.4, 0.6));
    rows.addAll(Synthetic.run("scratch", evil, 1, Double.NaN, 0.4, 0.6));

    String page = HtmlReport.of(setting, Summary.of(rows));

    assertThat(page)
        .doesNotContain("<b>\"x\"")
        .contains("&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;");
  }

  @Test
  void pageIsWellFormed() throws Exception {
    String page = HtmlReport.of(Synthetic.setting(), Summary.of(Synthetic.rows(METHODS, 2)));
    String xml =
        page.replaceFirst("<!DOCTYPE html>", "")
            .replaceAll("<(meta|img)([^>]*)>", "<$1$2/>")
            .replace("&nbsp;", " ")
            .replace("&thinsp;", " ");

    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(
                    new ByteArrayInputStream(xml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .getElementsByTagName("section")
                .getLength())
        .isEqualTo(9);
  }

  @Test
  void drawsWhateverIsThere() {
    draw(Synthetic.run("weit", "a", 1, 0.5));
    draw(Synthetic.run("scratch", "a", 1, Double.NaN, 0.3));
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
