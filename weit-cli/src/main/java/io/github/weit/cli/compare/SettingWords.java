package io.github.weit.cli.compare;

import io.github.weit.cli.report.MethodFacts;
import io.github.weit.cli.report.Provenance;
import io.github.weit.cli.report.Setting;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import io.github.weit.templates.SizeSampler;
import io.github.weit.training.Recipe;
import io.github.weit.training.data.Augmentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a report tells of a comparison's settings. */
final class SettingWords {

  private SettingWords() {}

  static Setting setting(
      Plan plan,
      Templates templates,
      Setting.Data data,
      List<Provenance> provenance,
      List<MethodFacts> methods,
      List<String> remarks) {
    Map<String, String> facts = templates.provenance();
    Family family = templates.family();
    Size size = templates.size();
    List<Size> drawn = SizeSampler.others(facts);
    double full = Double.parseDouble(facts.getOrDefault("sampling.full_share", "1"));
    return new Setting(
        data,
        new Setting.Pretraining(
            family.toString(),
            family.models(),
            size.toString(),
            plan.targets().stream()
                .filter(target -> target.equals(size) || drawn.contains(target))
                .map(Size::toString)
                .toList(),
            family.cost(size).parameters(),
            templates.bank().parameters() + templates.scalers().parameters(),
            Long.parseLong(facts.getOrDefault("steps", "0")),
            Integer.parseInt(facts.getOrDefault("batch_size", "1")),
            sampling(full, facts)),
        new Setting.Fitting(plan.fit().steps(), plan.fit().batchSize(), plan.fitImages()),
        new Setting.Training(
            recipe(plan),
            plan.training().batchSize(),
            (long) plan.stepsPerEpoch() * plan.training().batchSize()),
        provenance,
        methods,
        remarks);
  }

  /** What a reader has to know of the trials beside their settings. */
  static List<String> remarks(Experiment experiment) {
    return experiment.facts().containsKey(Experiment.TAKEN_OVER)
        ? List.of(
            "Some trials were taken over from a table without its settings: they may have been made"
                + " with others than those told here.")
        : List.of();
  }

  private static String sampling(double full, Map<String, String> facts) {
    if (full == 1) {
      return "every step trained the full size";
    }
    String heldOut = facts.getOrDefault("sampling.held_out", "");
    double first = Double.parseDouble(facts.getOrDefault("sampling.full_first", "0"));
    String alone =
        first == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "the first %.0f %% of the steps trained the full size alone; after that ",
                100 * first);
    return alone
        + String.format(
            Locale.ROOT,
            "%.0f %% of the steps trained the full size, the others one from %s to %s that costs no more, drawn uniformly by width and by depth%s",
            100 * full,
            facts.getOrDefault("sampling.minimum", "?"),
            facts.getOrDefault("sampling.maximum", "it"),
            heldOut.isEmpty() ? "" : "; never drawn: " + heldOut);
  }

  private static String recipe(Plan plan) {
    Recipe training = plan.training();
    return String.format(
        Locale.ROOT,
        "AdamW, peak rate %s after %.0f %% of warm-up, then a cosine; weight decay %s; %s; %s; %s; batch %d; %s; the same for every start%s",
        training.learningRate(),
        100 * training.warmup(),
        training.weightDecay(),
        training.clipNorm() == 0
            ? "no clipping"
            : "gradients clipped to a norm of " + training.clipNorm(),
        training.emaDecay() == 0
            ? "no average of weights"
            : "a running average of weights is measured, its decay grows to " + training.emaDecay(),
        training.precision().toString().toLowerCase(Locale.ROOT),
        training.batchSize(),
        images(training.augmentation()),
        ownRates(plan));
  }

  /** What is done to images, in words. */
  static String images(Augmentation change) {
    List<String> words = new ArrayList<>();
    if (change.flip()) {
      words.add("mirrored at random");
    }
    if (change.cropPadding() > 0) {
      words.add("cropped at random after %s pixels of padding".formatted(change.cropPadding()));
    }
    if (change.mixupAlpha() > 0) {
      words.add("mixup of " + change.mixupAlpha());
    }
    if (change.cutmixAlpha() > 0) {
      words.add("CutMix of " + change.cutmixAlpha());
    }
    if (change.erasingProbability() > 0) {
      words.add("a box erased with probability " + change.erasingProbability());
    }
    String images = words.isEmpty() ? "images as they are" : "images " + String.join(", ", words);
    return change.labelSmoothing() == 0
        ? images
        : images + "; labels smoothed by " + change.labelSmoothing();
  }

  private static String ownRates(Plan plan) {
    return plan.rates().isEmpty()
        ? ""
        : plan.rates().entrySet().stream()
            .map(own -> own.getKey() + " " + own.getValue())
            .collect(Collectors.joining(", ", ", but for the peak rates of these: ", ""));
  }
}
