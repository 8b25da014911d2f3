package io.github.weit.cli.report;

/** What a terminal shows: the answer, the league and, where methods are few, every size. */
final class SummaryText {
  private static final int FEW = 3;

  private SummaryText() {}

  static String of(Summary summary) {
    StringBuilder text = new StringBuilder();
    new Answer(summary).sentences().forEach(s -> text.append(AlignedText.paragraph(s)));
    text.append('\n').append(LeagueText.of(summary)).append('\n');
    if (summary.methods().size() <= FEW) {
      text.append(SummaryTable.of(summary)).append('\n');
    }
    new Reach(summary).sentence().ifPresent(s -> text.append(AlignedText.paragraph(s)));
    return text.append(notes(summary)).toString();
  }

  private static String notes(Summary summary) {
    int seeds = summary.seeds().size();
    String spread =
        seeds > 1 ? ", mean(standard deviation) over " + seeds + " seeds" : ", one seed";
    StringBuilder notes = new StringBuilder();
    notes.append(
        AlignedText.paragraph(
            "Test accuracy in %, mean over sizes"
                + spread
                + ". start: fitted, else composed, before ordinary training; e1: after epoch 1;"
                + " lead: WeiT's, in points, at the sizes both have, and at how many of them it is"
                + " ahead."));
    if (summary.replaced() > 0) {
      boolean one = summary.replaced() == 1;
      notes.append(summary.replaced()).append(one ? " row was" : " rows were");
      notes.append(" measured again; the later measurement counts.\n");
    }
    return notes.toString();
  }
}
