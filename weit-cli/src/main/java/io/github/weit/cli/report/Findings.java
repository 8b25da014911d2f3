package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the measurements say, in sentences. Each sentence is derived: where WeiT is behind, it says
 * so, and what was not measured is not spoken of. A comparison of two methods at a size is called
 * clear if the 95 % interval of the mean difference over seeds leaves out zero.
 */
final class Findings {
  private final Setting setting;
  private final Summary summary;

  Findings(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
  }

  /**
   * Sizes with a composed model that no step of pre-training composed; all with a composed model if
   * there is none.
   */
  List<String> headlineSizes() {
    List<String> composed = withComposed();
    List<String> unseen = composed.stream().filter(s -> !seen(s)).toList();
    return unseen.isEmpty() ? composed : unseen;
  }

  /** Whether pre-training itself composed this size. */
  boolean seen(String size) {
    return setting.pretraining().sizesSeen().contains(size);
  }

  /** One sentence: what composed models can do untrained, and what scratch can after training. */
  String headline() {
    List<String> sizes = headlineSizes();
    Optional<Double> composed = composedMean();
    if (composed.isEmpty()) {
      return "No composed model was measured.";
    }
    boolean unseen = sizes.stream().noneMatch(this::seen);
    StringBuilder text = new StringBuilder("Without any training, ");
    text.append(
        sizes.size() == 1
            ? "a model composed at one size"
            : "models composed at " + Numbers.word(sizes.size()) + " sizes");
    text.append(unseen ? " that pre-training never saw" : " that pre-training had sampled");
    text.append(sizes.size() == 1 ? " reaches " : " reach ")
        .append(Numbers.percent(composed.get()));
    text.append(sizes.size() == 1 ? " %" : " % on average");
    Optional<Double> first = scratchMean(true);
    if (first.isPresent()) {
      List<Integer> epochs = summary.epochs();
      text.append("; training from scratch reaches ").append(Numbers.percent(first.get()));
      text.append(" % after ").append(Numbers.counted(epochs.get(0), "epoch"));
      if (epochs.size() > 1 && scratchMean(false).isPresent()) {
        text.append(" and ").append(Numbers.percent(scratchMean(false).get())).append(" % after ");
        text.append(Numbers.word(epochs.get(epochs.size() - 1)));
      }
    }
    return text.append('.').toString();
  }

  /** Mean over the headline's sizes of the composed accuracy, a fraction. */
  Optional<Double> composedMean() {
    return mean(headlineSizes(), s -> composed(s, Methods.WEIT));
  }

  /**
   * Mean over the headline's sizes of scratch after the first or last epoch; empty if any size
   * lacks it.
   */
  Optional<Double> scratchMean(boolean first) {
    return trainedMean(Methods.SCRATCH, first);
  }

  /** Mean over the headline's sizes after the first or last epoch; empty if any size lacks it. */
  Optional<Double> trainedMean(String method, boolean first) {
    List<Integer> epochs = summary.epochs();
    if (epochs.isEmpty()) {
      return Optional.empty();
    }
    int epoch = epochs.get(first ? 0 : epochs.size() - 1);
    return mean(headlineSizes(), s -> summary.accuracy(s, method, Measurement.TRAINED, epoch));
  }

  /** The findings, a sentence or two each. */
  List<String> points() {
    List<String> points = new ArrayList<>();
    reach().ifPresent(points::add);
    List<String> others = new ArrayList<>(summary.methods());
    others.remove(Methods.WEIT);
    if (others.remove(Methods.SCRATCH)) {
      others.add(0, Methods.SCRATCH);
    }
    others.forEach(m -> after(m).ifPresent(points::add));
    others.forEach(m -> untrained(m).ifPresent(points::add));
    dip().ifPresent(points::add);
    fitting().ifPresent(points::add);
    return points;
  }

  /** When training from scratch gets to what was composed. */
  private Optional<String> reach() {
    List<String> compared =
        withComposed().stream()
            .filter(s -> summary.lastEpoch(s, Methods.SCRATCH).isPresent())
            .toList();
    if (compared.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    for (int epoch : summary.epochs()) {
      List<String> there =
          compared.stream()
              .filter(s -> summary.epochsToReachComposed(s).orElse(-1) == epoch)
              .toList();
      if (!there.isEmpty()) {
        parts.add("after " + Numbers.counted(epoch, "epoch") + " at " + Methods.list(there));
      }
    }
    List<String> never =
        compared.stream().filter(s -> summary.epochsToReachComposed(s).isEmpty()).toList();
    int last = summary.epochs().get(summary.epochs().size() - 1);
    String within = "not within " + Numbers.counted(last, "epoch");
    if (never.size() == compared.size()) {
      String where = compared.size() == 1 ? " at " + compared.get(0) : " at any size";
      return Optional.of(
          "Training from scratch does not reach the accuracy of the untrained composed model within"
              + " "
              + Numbers.counted(last, "epoch")
              + where
              + ".");
    }
    if (!never.isEmpty()) {
      parts.add(within + " at " + Methods.list(never));
    }
    return Optional.of(
        "Training from scratch reaches the accuracy of the untrained composed model "
            + Methods.list(parts)
            + ".");
  }

  /** Who is ahead when ordinary training ends. */
  private Optional<String> after(String other) {
    BySize leads =
        new BySize(
            summary.sizes(),
            s ->
                summary.lastCommonEpoch(s, Methods.WEIT, other).stream()
                    .boxed()
                    .findFirst()
                    .flatMap(e -> summary.lead(s, Methods.WEIT, other, e)));
    return compare("After the last epoch of ordinary training, ", leads, other);
  }

  /** Who is ahead before training, where the other method has a start to show. */
  private Optional<String> untrained(String other) {
    BySize leads = new BySize(summary.sizes(), s -> summary.composedLead(s, Methods.WEIT, other));
    return compare("Before any training, ", leads, other);
  }

  private static Optional<String> compare(String when, BySize leads, String other) {
    return leads.isEmpty()
        ? Optional.empty()
        : Optional.of(
            when + leads.standing("WeiT", Methods.spoken(other)) + " " + leads.certainty());
  }

  /** Whether ordinary training first makes a composed model worse. */
  private Optional<String> dip() {
    if (summary.epochs().isEmpty()) {
      return Optional.empty();
    }
    int epoch = summary.epochs().get(0);
    BySize change =
        new BySize(summary.sizes(), s -> summary.changeFromStart(s, Methods.WEIT, epoch));
    if (change.negative().isEmpty()) {
      return Optional.empty();
    }
    String where =
        change.allNegative()
            ? change.every() + ", by " + change.amount()
            : change.named(change.negative());
    return Optional.of(
        "Ordinary training at first costs WeiT accuracy: after "
            + Numbers.counted(epoch, "epoch")
            + " it is below its own start at "
            + where
            + ".");
  }

  /** What fitting of scalers brings. */
  private Optional<String> fitting() {
    List<Double> gains = new ArrayList<>();
    for (String size : withComposed()) {
      double composed = composed(size, Methods.WEIT).orElseThrow().mean();
      summary
          .accuracy(size, Methods.WEIT, Measurement.FITTED, 0)
          .ifPresent(f -> gains.add(100 * (f.mean() - composed)));
    }
    if (gains.isEmpty()) {
      return Optional.empty();
    }
    Statistic gain = Statistic.of(gains);
    String verb = gain.mean() < 0 ? "lowers" : "raises";
    String least = Numbers.signed(gain.min());
    String most = Numbers.signed(gain.max());
    String over =
        least.equals(most) ? " at every size" : " on average (from " + least + " to " + most + ")";
    return Optional.of(
        "Fitting the scalers to a size, before ordinary training, "
            + verb
            + " accuracy by "
            + Numbers.points(Math.abs(gain.mean()))
            + " points"
            + (gain.n() == 1 ? "" : over)
            + ".");
  }

  private List<String> withComposed() {
    return summary.sizes().stream().filter(s -> composed(s, Methods.WEIT).isPresent()).toList();
  }

  private Optional<Statistic> composed(String size, String method) {
    return summary.accuracy(size, method, Measurement.COMPOSED, 0);
  }

  /** Mean over sizes of the mean over seeds; empty if any size lacks it. */
  private static Optional<Double> mean(
      List<String> sizes, Function<String, Optional<Statistic>> value) {
    if (sizes.isEmpty() || sizes.stream().anyMatch(s -> value.apply(s).isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(new BySize(sizes, value).mean());
  }
}
