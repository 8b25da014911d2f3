package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the measurements say, in sentences. Each sentence is derived: where WeiT is behind, it says
 * so, and what was not measured is not spoken of. A comparison of two methods at a size is called
 * clear if the 95 % interval of the mean difference over seeds leaves out zero.
 */
final class Findings {
  private static final int MANY = 2;
  private static final String AFTER = "After the last epoch of ordinary training, ";
  private static final String BEFORE = "Before ordinary training, ";

  private final Setting setting;
  private final Summary summary;
  private final League league;

  Findings(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
    this.league = new League(summary);
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
      List<Integer> epochs = summary.sharedEpochs();
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
  private Optional<Double> scratchMean(boolean first) {
    List<Integer> epochs = summary.sharedEpochs();
    if (epochs.isEmpty()) {
      return Optional.empty();
    }
    int epoch = epochs.get(first ? 0 : epochs.size() - 1);
    return mean(headlineSizes(), s -> summary.accuracy(s, Methods.SCRATCH, new Moment(epoch)));
  }

  /** The findings, a sentence or two each. */
  List<String> points() {
    List<String> points = new ArrayList<>();
    points.add(headline());
    List<String> others = others();
    others.forEach(m -> after(m).ifPresent(points::add));
    longer().ifPresent(points::add);
    others.stream()
        .filter(m -> !m.equals(Methods.SCRATCH))
        .forEach(m -> untrained(m).ifPresent(points::add));
    dip().ifPresent(points::add);
    fitting().ifPresent(points::add);
    return points;
  }

  /**
   * Scratch, ours without the fit, and of many other methods those that WeiT leads least: two that
   * have most of the sizes, and one that has few.
   */
  private List<String> others() {
    List<String> rivals = league.order().stream().filter(Methods::rival).toList();
    return Stream.of(
            Stream.of(Methods.SCRATCH, Methods.UNFITTED).filter(summary.methods()::contains),
            rivals.stream().filter(m -> !league.hasFewSizes(m)).limit(MANY),
            rivals.stream().filter(league::hasFewSizes).limit(1))
        .flatMap(methods -> methods)
        .toList();
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
                    .flatMap(e -> summary.lead(s, Methods.WEIT, other, new Moment(e))));
    return compare(when(other, AFTER), leads, summary.spoken(other));
  }

  /** WeiT at the end of its training against scratch at the end of a longer one. */
  private Optional<String> longer() {
    int end = summary.epochs().isEmpty() ? 0 : summary.epochs().get(summary.epochs().size() - 1);
    int last = summary.lastShared();
    if (end <= last) {
      return Optional.empty();
    }
    String longer = Methods.SCRATCH_LONG;
    BySize leads =
        new BySize(
            summary.sizes(),
            s -> summary.lead(s, Methods.WEIT, new Moment(last), longer, new Moment(end)));
    String other = summary.spoken(longer) + ", after epoch " + end + ",";
    return compare("After epoch " + last + ", ", leads, other);
  }

  /** Who is ahead before ordinary training, where the other method has a start to show. */
  private Optional<String> untrained(String other) {
    BySize leads =
        new BySize(summary.sizes(), s -> summary.lead(s, Methods.WEIT, other, Moment.START));
    return compare(when(other, BEFORE), leads, summary.spoken(other));
  }

  private String when(String other, String when) {
    return league.hasFewSizes(other)
        ? "At few sizes only: " + Character.toLowerCase(when.charAt(0)) + when.substring(1)
        : when;
  }

  private static Optional<String> compare(String when, BySize leads, String other) {
    return leads.isEmpty()
        ? Optional.empty()
        : Optional.of(when + leads.standing("WeiT", other) + " " + leads.certainty());
  }

  /** Whether ordinary training first makes a composed model worse. */
  private Optional<String> dip() {
    if (summary.sharedEpochs().isEmpty()) {
      return Optional.empty();
    }
    int epoch = summary.sharedEpochs().get(0);
    BySize change =
        new BySize(summary.sizes(), s -> summary.changeFromStart(s, Methods.WEIT, epoch));
    List<String> lost = change.clearlyNegative();
    if (lost.isEmpty()) {
      return Optional.empty();
    }
    String where =
        lost.size() == change.size()
            ? change.every() + ", by " + change.amount()
            : change.named(lost);
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
          .accuracy(size, Methods.WEIT, Moment.FITTED)
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
    return summary.accuracy(size, method, Moment.COMPOSED);
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
