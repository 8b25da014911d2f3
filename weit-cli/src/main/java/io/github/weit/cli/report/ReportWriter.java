package io.github.weit.cli.report;

import io.github.weit.core.files.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Puts a comparison's report into a folder. */
public final class ReportWriter {

  private ReportWriter() {}

  /**
   * Writes {@code start.png}, {@code curves.png}, {@code pareto.png}, {@code league.png} and {@code
   * report.html}; each is there whole or not at all, and an older one is replaced. Pictures are
   * left out on a machine without fonts.
   *
   * @param folder made if it is missing
   * @return the summary for the terminal
   */
  public static String write(Path folder, Setting setting, List<Measurement> measurements) {
    Summary summary = Summary.of(measurements, setting.methods());
    if (Charts.canDraw()) {
      AtomicFile.writeBytes(
          folder.resolve("start.png"), Charts.start(summary, setting.data().classes()));
      AtomicFile.writeBytes(folder.resolve("curves.png"), Charts.curves(summary));
      AtomicFile.writeBytes(folder.resolve("pareto.png"), Charts.pareto(summary));
      AtomicFile.writeBytes(folder.resolve("league.png"), Charts.league(summary));
    }
    String page = HtmlReport.of(setting, summary);
    AtomicFile.writeBytes(folder.resolve("report.html"), page.getBytes(StandardCharsets.UTF_8));
    return summary.text();
  }
}
