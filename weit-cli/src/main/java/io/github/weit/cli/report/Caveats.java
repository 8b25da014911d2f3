package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the measurements do not show, and what a comparison was unfair about, as far as numbers can
 * tell.
 */
final class Caveats {
  private final Setting setting;
  private final Summary summary;

  Caveats(Setting setting, Summary summary) {
    this.setting = setting;
    this.summary = summary;
  }

  List<String> sentences() {
    List<String> all = new ArrayList<>();
    budgets().ifPresent(all::add);
    data().ifPresent(all::add);
    all.add(seeds());
    all.add(sampling());
    unfinished().ifPresent(all::add);
    sizes().ifPresent(all::add);
    rivals().ifPresent(all::add);
    missing().ifPresent(all::add);
    if (summary.replaced() > 0) {
      all.add(
          Numbers.counted(summary.replaced(), "measurement")
              + " had been made twice; the later one counts.");
    }
    return all;
  }

  /** What pre-training costs, in runs from scratch; counted in images. */
  Optional<String> price() {
    long scratch = summary.imagesOfScratch();
    if (scratch == 0) {
      return Optional.empty();
    }
    double runs = (double) setting.pretraining().imagesSeen() / scratch;
    return Optional.of(
        "Pre-training is not free and is not part of the epochs shown: it saw "
            + Numbers.whole(setting.pretraining().imagesSeen())
            + " images, as many as "
            + Numbers.format("%.1f", runs)
            + " of the runs from scratch. It is paid once, for all sizes.");
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
                + ": a part of WeiT's lead over scratch may be owed to the additional images.");
  }

  /** Whether methods trained on unequally many images at the same epoch. */
  private Optional<String> budgets() {
    List<String> unequal = new ArrayList<>();
    for (String size : summary.sizes()) {
      boolean same =
          summary.epochs().stream()
              .allMatch(
                  e ->
                      summary.methods().stream()
                              .flatMap(m -> summary.rows(size, m, Measurement.TRAINED, e).stream())
                              .map(Measurement::images)
                              .distinct()
                              .count()
                          <= 1);
      if (!same) {
        unequal.add(size);
      }
    }
    return unequal.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Methods did not see equally many images in ordinary training at "
                + Methods.list(unequal)
                + ": compare their epochs with care.");
  }

  private String seeds() {
    int n = summary.seeds().size();
    String count =
        n == 1
            ? "There is one seed, so chance cannot be told from effect where methods are close."
            : "There are " + Numbers.word(n) + " seeds for training.";
    return count
        + " All composed models come from one pre-training; how much another one would change was"
        + " not measured.";
  }

  private String sampling() {
    long images = setting.data().testImages();
    return "Accuracy is measured on "
        + Numbers.whole(images)
        + " test images, which alone gives it a standard error of up to "
        + Numbers.points(100 * Math.sqrt(0.25 / images))
        + " points.";
  }

  /** Whether scratch was still learning when it was stopped. */
  private Optional<String> unfinished() {
    List<Integer> epochs = summary.epochs();
    if (epochs.size() < 2) {
      return Optional.empty();
    }
    int last = epochs.get(epochs.size() - 1);
    int before = epochs.get(epochs.size() - 2);
    double gain = 0;
    for (String size : summary.sizes()) {
      Optional<Statistic> a = summary.accuracy(size, Methods.SCRATCH, Measurement.TRAINED, before);
      Optional<Statistic> b = summary.accuracy(size, Methods.SCRATCH, Measurement.TRAINED, last);
      if (a.isPresent() && b.isPresent()) {
        gain = Math.max(gain, 100 * (b.get().mean() - a.get().mean()) / (last - before));
      }
    }
    return gain < 0.5
        ? Optional.empty()
        : Optional.of(
            "Training from scratch was still gaining up to "
                + Numbers.points(gain)
                + " points an epoch when it was stopped: this shows who is ahead early, not who"
                + " would be in the end.");
  }

  private Optional<String> sizes() {
    List<String> seen =
        summary.sizes().stream().filter(setting.pretraining().sizesSeen()::contains).toList();
    return seen.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Pre-training itself had composed "
                + Methods.list(seen)
                + "; the other sizes were new to it.");
  }

  private Optional<String> rivals() {
    boolean alone =
        summary.methods().stream()
            .allMatch(m -> m.equals(Methods.WEIT) || m.equals(Methods.SCRATCH));
    return alone
        ? Optional.of(
            "No other way to use a pre-trained model is compared here; selecting weights from a"
                + " larger dense model is a strong one.")
        : Optional.empty();
  }

  /** Methods that lack a size's last epoch. */
  private Optional<String> missing() {
    if (summary.epochs().isEmpty()) {
      return Optional.of("No model was trained further.");
    }
    int last = summary.epochs().get(summary.epochs().size() - 1);
    List<String> gaps = new ArrayList<>();
    for (String method : summary.methods()) {
      List<String> at =
          summary.sizes().stream()
              .filter(
                  s ->
                      summary.rows(s, method, Measurement.TRAINED, last).size()
                          < summary.seeds().size())
              .toList();
      if (!at.isEmpty()) {
        gaps.add(Methods.label(method) + " at " + Methods.list(at));
      }
    }
    return gaps.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Not measured to the last epoch for every seed: " + String.join("; ", gaps) + ".");
  }
}
