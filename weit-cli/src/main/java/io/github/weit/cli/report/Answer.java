package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Who is ahead: a sentence for each of start, first and last epoch. It names who is ahead of WeiT
 * on the mean over the sizes both have, and who is at single sizes.
 */
final class Answer {
  private final Summary summary;
  private final League league;
  private final String weit;
  private final ToDoubleFunction<String> pretraining;

  /** Of methods whose costs nobody knows. */
  Answer(Summary summary) {
    this(summary, method -> 1);
  }

  /**
   * @param pretraining what a method's costs, as a multiple of WeiT's; said of those that are ahead
   *     where it is more
   */
  Answer(Summary summary, ToDoubleFunction<String> pretraining) {
    this.summary = summary;
    this.pretraining = pretraining;
    this.league = new League(summary);
    this.weit = summary.label(Methods.WEIT);
  }

  /** At most three, at least one. */
  List<String> sentences() {
    if (!summary.methods().contains(Methods.WEIT)) {
      return List.of(weit + " was not measured, so nothing can be said of its lead.");
    }
    List<String> sentences = new ArrayList<>();
    summary.keyMoments().forEach(m -> sentence(m).ifPresent(sentences::add));
    return sentences;
  }

  private Optional<String> sentence(Moment moment) {
    List<String> clauses = new ArrayList<>();
    BySize scratch = league.lead(Methods.SCRATCH, moment);
    if (!scratch.isEmpty()) {
      String other = moment.isStart() ? "random first weights" : summary.spoken(Methods.SCRATCH);
      clauses.add(standing(scratch, other));
    }
    clauses.addAll(rivals(leads(moment, m -> !league.hasFewSizes(m))));
    List<String> few = rivals(leads(moment, league::hasFewSizes));
    if (clauses.isEmpty() && few.isEmpty()) {
      alone(moment).ifPresent(clauses::add);
    }
    String head = when(moment) + ", ";
    return Stream.of(sentence(head, clauses), sentence("At few sizes only: ", few))
        .flatMap(Optional::stream)
        .reduce((most, rest) -> most + " " + rest);
  }

  private static Optional<String> sentence(String head, List<String> clauses) {
    return clauses.isEmpty()
        ? Optional.empty()
        : Optional.of(head + String.join("; ", clauses) + ".");
  }

  private String when(Moment moment) {
    String when = moment.when();
    boolean last = !moment.isStart() && moment.epoch() == summary.lastShared();
    return Character.toUpperCase(when.charAt(0)) + when.substring(1) + (last ? ", the last" : "");
  }

  /** {@code WeiT is 2.0 points ahead of x on the mean over five sizes (ahead at all five)}. */
  private String standing(BySize lead, String other) {
    String distance =
        lead.sign() == 0
            ? "level with "
            : Numbers.points(Math.abs(lead.mean()))
                + (lead.sign() < 0 ? " points behind " : " points ahead of ");
    return weit + " is " + distance + other + where(lead);
  }

  private static String where(BySize lead) {
    if (lead.size() == 1) {
      return " at " + lead.every();
    }
    String sizes = Numbers.word(lead.size());
    int wins = lead.positive().size();
    String all = lead.size() == 2 ? "both" : "all " + sizes;
    String ahead =
        wins == lead.size()
            ? "ahead at " + all
            : lead.allNegative() ? "behind at " + all : "ahead at " + Numbers.word(wins);
    String behind =
        lead.negative().isEmpty() || lead.allNegative()
            ? ""
            : ", behind at " + lead.named(lead.negative());
    return " on the mean over " + sizes + " sizes (" + ahead + behind + ")";
  }

  private Map<String, BySize> leads(Moment moment, Predicate<String> of) {
    Map<String, BySize> leads = new LinkedHashMap<>();
    summary.methods().stream()
        .filter(m -> Methods.rival(m) && of.test(m) && !league.lead(m, moment).isEmpty())
        .sorted(Comparator.comparingDouble(m -> league.lead(m, moment).mean()))
        .forEach(m -> leads.put(m, league.lead(m, moment)));
    return leads;
  }

  /** One clause or two. */
  private List<String> rivals(Map<String, BySize> leads) {
    if (leads.isEmpty()) {
      return List.of();
    }
    if (leads.size() == 1) {
      String only = leads.keySet().iterator().next();
      BySize lead = leads.get(only);
      String price = lead.sign() < 0 ? price(only) : "";
      return List.of(standing(lead, summary.spoken(only)) + price);
    }
    List<String> clauses = new ArrayList<>(List.of(onTheMean(leads)));
    List<String> single =
        leads.entrySet().stream()
            .filter(e -> !e.getValue().negative().isEmpty())
            .map(e -> summary.spoken(e.getKey()) + " at " + sizes(e.getValue()))
            .toList();
    clauses.add(
        single.isEmpty()
            ? "none is ahead at any size"
            : "sizes where another is ahead: " + String.join(", ", single));
    return clauses;
  }

  /** Rivals by how far they are ahead, the best first. */
  private String onTheMean(Map<String, BySize> leads) {
    String count = Numbers.word(leads.size()) + " other methods";
    List<String> ahead =
        leads.entrySet().stream()
            .filter(e -> e.getValue().sign() < 0)
            .map(
                e ->
                    "%s (by %s%s)"
                        .formatted(
                            summary.spoken(e.getKey()), amount(e.getValue()), price(e.getKey())))
            .toList();
    if (!ahead.isEmpty()) {
      String verb = ahead.size() == 1 ? " is" : " are";
      String shared = " ahead of " + weit + " on the mean over the sizes both have";
      return "of " + count + ", " + Methods.list(ahead) + verb + shared;
    }
    Map.Entry<String, BySize> closest = leads.entrySet().iterator().next();
    BySize lead = closest.getValue();
    String distance =
        lead.sign() == 0
            ? "level with it"
            : Numbers.points(lead.mean())
                + " points behind over "
                + Numbers.counted(lead.size(), "size");
    return "none of "
        + count
        + " is ahead of "
        + weit
        + " on the mean over the sizes both have: the closest, "
        + summary.spoken(closest.getKey())
        + ", is "
        + distance;
  }

  /** {@code , with 2.1 times the pre-training}; nothing if it is no more. */
  private String price(String method) {
    String times = Numbers.points(pretraining.applyAsDouble(method));
    return Double.parseDouble(times) > 1 ? ", with " + times + " times the pre-training" : "";
  }

  /** {@code 1.2 points over three sizes}. */
  private static String amount(BySize lead) {
    return Numbers.points(Math.abs(lead.mean()))
        + " points over "
        + Numbers.counted(lead.size(), "size");
  }

  /** {@code 64x6 and 96x4}, or {@code all three sizes}. */
  private static String sizes(BySize lead) {
    return lead.allNegative() && lead.size() > 2 ? lead.every() : Methods.list(lead.negative());
  }

  private Optional<String> alone(Moment moment) {
    return league
        .mean(Methods.WEIT, moment)
        .map(
            m ->
                weit
                    + " reaches "
                    + Numbers.percent(m.mean())
                    + " % on the mean over "
                    + Numbers.counted(m.sizes(), "size")
                    + "; nothing else was measured");
  }
}
