package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a comparison was unfair about, as far as numbers can tell. */
final class Fairness {
  private final Setting setting;
  private final Summary summary;

  Fairness(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
  }

  List<String> sentences() {
    List<String> all = new ArrayList<>();
    budgets().ifPresent(all::add);
    fits().ifPresent(all::add);
    data().ifPresent(all::add);
    rivals().ifPresent(all::add);
    different().ifPresent(all::add);
    closest().ifPresent(all::add);
    parents().ifPresent(all::add);
    recipes().ifPresent(all::add);
    longer().ifPresent(all::add);
    return all;
  }

  /** Whether methods trained on unequally many images at the same epoch. */
  private Optional<String> budgets() {
    List<String> unequal =
        summary.sizes().stream()
            .filter(s -> summary.epochs().stream().anyMatch(e -> unequal(s, e)))
            .toList();
    return unequal.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Methods did not see equally many images in ordinary training at "
                + Methods.list(unequal)
                + ": compare their epochs with care.");
  }

  private boolean unequal(String size, int epoch) {
    return summary.methods().stream()
            .flatMap(m -> summary.rows(size, m, new Moment(epoch)).stream())
            .map(Measurement::images)
            .distinct()
            .count()
        > 1;
  }

  /** What fits had before the first epoch that methods without one had not. */
  private Optional<String> fits() {
    long most = summary.methods().stream().mapToLong(this::fitted).max().orElse(0);
    List<String> longest =
        summary.methods().stream()
            .filter(m -> most > 0 && fitted(m) == most)
            .map(summary::spoken)
            .toList();
    List<String> none =
        summary.methods().stream().filter(m -> fitted(m) == 0).map(summary::spoken).toList();
    return longest.isEmpty() || none.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "A fit comes before the first epoch and is not counted among epochs: up to "
                + Numbers.whole(most)
                + " images, repeats counted, for "
                + Methods.list(longest)
                + ". There is none for "
                + Methods.list(none)
                + ": what it takes is in the table of costs.");
  }

  /** Images of a method's fit, repeats counted; the most at any size. */
  private long fitted(String method) {
    return summary.sizes().stream()
        .flatMap(s -> summary.rows(s, method, Moment.FITTED).stream())
        .mapToLong(Measurement::images)
        .max()
        .orElse(0);
  }

  private Optional<String> data() {
    long more = setting.data().pretrainingImages();
    long less = setting.data().trainingImages();
    return more <= less
        ? Optional.empty()
        : Optional.of(
            "Pre-training drew from "
                + Numbers.whole(more)
                + " different images, ordinary training from "
                + Numbers.whole(less)
                + ": a part of the lead of pre-trained methods over scratch may be owed to the"
                + " additional images.");
  }

  private Optional<String> rivals() {
    return summary.methods().stream().anyMatch(Methods::rival)
        ? Optional.empty()
        : Optional.of(
            "No other way to use a pre-trained model is compared here; selecting weights from a"
                + " larger dense model is a strong one.");
  }

  /** Whether some methods lack sizes that others have. */
  private Optional<String> different() {
    long counts =
        summary.methods().stream()
            .map(m -> summary.sizes().stream().filter(s -> summary.has(s, m)).toList())
            .distinct()
            .count();
    return counts <= 1
        ? Optional.empty()
        : Optional.of(
            "Methods were not measured at the same sizes, so their means are of different sizes"
                + " and cannot be compared with each other; WeiT's lead is taken at the sizes that"
                + " both have.");
  }

  /** That the best of many is partly the luckiest. */
  private Optional<String> closest() {
    long rivals = summary.methods().stream().filter(Methods::rival).count();
    return rivals < 3
        ? Optional.empty()
        : Optional.of(
            "The closest of "
                + Numbers.word((int) rivals)
                + " other methods is picked by these same numbers, and chance favours whoever is"
                + " picked; intervals do not allow for it.");
  }

  /** Whether the methods' parents cost unequally much. */
  private Optional<String> parents() {
    List<MethodFacts> dearer =
        setting.methods().stream()
            .filter(f -> summary.methods().contains(f.name()) && f.parent().isPresent())
            .sorted(Comparator.comparingLong(f -> f.parent().orElseThrow().macs()))
            .toList();
    if (dearer.size() < 2) {
      return Optional.empty();
    }
    MethodFacts least = dearer.get(0);
    MethodFacts most = dearer.get(dearer.size() - 1);
    double ratio =
        (double) most.parent().orElseThrow().macs() / least.parent().orElseThrow().macs();
    return ratio < 1.05
        ? Optional.empty()
        : Optional.of(
            "What is trained beforehand is not equally expensive: that of "
                + most.label()
                + " took "
                + Numbers.format("%.1f", ratio)
                + " times the multiply-accumulates of that of "
                + least.label()
                + ".");
  }

  /** Whether the methods' parents were trained in different ways. */
  private Optional<String> recipes() {
    Map<String, List<String>> methods = new LinkedHashMap<>();
    setting.methods().stream()
        .filter(f -> summary.methods().contains(f.name()))
        .forEach(
            f ->
                f.parent()
                    .filter(p -> !p.recipe().isEmpty())
                    .ifPresent(
                        p ->
                            methods
                                .computeIfAbsent(p.recipe(), r -> new ArrayList<>())
                                .add(f.label())));
    return methods.size() < 2
        ? Optional.empty()
        : Optional.of(
            "What is trained beforehand did not have one recipe: that of "
                + methods.values().stream()
                    .map(Methods::list)
                    .collect(Collectors.joining(" had one, that of "))
                + " another.");
  }

  private Optional<String> longer() {
    return summary.methods().contains(Methods.SCRATCH_LONG)
        ? Optional.of(
            "The longer training from scratch has a schedule of its own length: at an epoch that"
                + " all methods share its rate is still high, and it is lower there than it would"
                + " be had it been meant to end.")
        : Optional.empty();
  }
}
