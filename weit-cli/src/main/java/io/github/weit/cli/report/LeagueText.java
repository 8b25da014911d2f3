package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The league as aligned text: a line for each method. */
final class LeagueText {
  private final Summary summary;
  private final League league;

  private LeagueText(Summary summary) {
    this.summary = summary;
    this.league = new League(summary);
  }

  /** In as many columns as the terminal has room for. */
  static String of(Summary summary) {
    LeagueText league = new LeagueText(summary);
    String text = league.table(6, true);
    for (int most = 5; most >= 3 && AlignedText.width(text) > AlignedText.WIDTH; most--) {
      text = league.table(most, true);
    }
    return AlignedText.width(text) > AlignedText.WIDTH ? league.table(3, false) : text;
  }

  private String table(int most, boolean spread) {
    List<Moment> moments = summary.moments(most);
    boolean compared = summary.methods().contains(Methods.WEIT) && summary.methods().size() > 1;
    List<String> head = new ArrayList<>(List.of("method", "sizes"));
    moments.forEach(m -> head.add(name(m)));
    if (compared) {
      moments.forEach(m -> head.add("lead " + name(m)));
    }
    List<List<String>> lines = new ArrayList<>(List.of(head));
    for (String method : league.order()) {
      List<String> line = new ArrayList<>();
      line.add(summary.label(method));
      line.add(String.valueOf(league.sizes(method)));
      moments.forEach(m -> line.add(accuracy(league.mean(method, m), spread)));
      if (compared) {
        moments.forEach(m -> line.add(lead(league.lead(method, m))));
      }
      lines.add(line);
    }
    return AlignedText.table(lines, Set.of(0));
  }

  private static String name(Moment moment) {
    return moment.isStart() ? "start" : "e" + moment.epoch();
  }

  private static String accuracy(Optional<League.Mean> mean, boolean spread) {
    return mean.map(
            m ->
                Numbers.percent(m.mean())
                    + (spread && !Double.isNaN(m.deviation())
                        ? "(" + Numbers.percent(m.deviation()) + ")"
                        : ""))
        .orElse("-");
  }

  private static String lead(BySize lead) {
    return lead.isEmpty() ? "" : Numbers.ascii(lead.mean()) + " " + lead.wins();
  }
}
