package io.github.weit.cli.compare;

import io.github.weit.baselines.Parent;
import io.github.weit.cli.report.MethodFacts;
import io.github.weit.cli.run.PretrainJob;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.templates.SizeSampler;
import io.github.weit.training.TeachingOptions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** What a report says of the methods of a comparison. */
final class Descriptions {

  /** Parents may have different numbers, so that they cost the same. */
  private static final Pattern STEPS = Pattern.compile("steps=\\d+, ");

  /** Of any weight but none. */
  private static final Pattern IN_PLACE = Pattern.compile("inPlaceDistillation=(?!0\\.0\\b)");

  private final Parents parents;

  Descriptions(Parents parents) {
    this.parents = parents;
  }

  /**
   * Of a method whose parent is not there, as may be with rows of an earlier run, all but what the
   * parent says.
   *
   * @param refusal why a method has nothing for a size
   */
  MethodFacts of(
      Contender contender, Plan plan, BiFunction<Contender, Size, Optional<String>> refusal) {
    Map<String, String> refusals = new LinkedHashMap<>();
    boolean taught = contender.isTaught() && !plan.fitTeaching().isLabelsAlone();
    Optional<Parent> needed =
        contender.parent().or(() -> taught ? Optional.of(Parent.TEMPLATES) : Optional.empty());
    boolean known = needed.stream().allMatch(it -> parents.has(it) && parents.isReady(it));
    if (known) {
      for (Size size : plan.targets()) {
        refusal.apply(contender, size).ifPresent(reason -> refusals.put(size.toString(), reason));
      }
    }
    return new MethodFacts(
        contender.name(),
        contender.label(),
        sentence(contender, plan),
        contender.source(),
        contender.difference(),
        needed.filter(it -> known).map(it -> parent(it, contender.parent().isEmpty())),
        known ? "" : needed.map(Descriptions::name).orElse(""),
        taught ? taughtMacs(needed.orElseThrow(), plan) : OptionalLong.of(0),
        refusals);
  }

  private String sentence(Contender contender, Plan plan) {
    if (!contender.isTaught()) {
      return contender.sentence();
    }
    return String.format(
        Locale.ROOT,
        "%s The fit takes %,d steps on %s training images%s.",
        contender.sentence(),
        plan.fit().steps(),
        plan.fitImages() == plan.trainingImages()
            ? String.format(Locale.ROOT, "all %,d", plan.fitImages())
            : String.format(Locale.ROOT, "%,d of the %,d", plan.fitImages(), plan.trainingImages()),
        teachers(plan.fitTeaching(), isOfBothViews(plan)));
  }

  private boolean isOfBothViews(Plan plan) {
    return parents
        .any()
        .filter(parents::isReady)
        .map(parents::get)
        .filter(
            learnt ->
                FullSizeTeaching.isOfBothViews(
                    learnt.family(), learnt.size(), plan.fitTeaching(), plan.fit()))
        .isPresent();
  }

  private static String teachers(TeachingOptions teaching, boolean bothViews) {
    if (teaching.isLabelsAlone()) {
      return " and learns from labels";
    }
    return ", distilled from the full-size model's predictions"
        + (bothViews ? " (the mean over an image and its mirror image)" : "")
        + (teaching.temperature() == 1 ? "" : " at a temperature of " + teaching.temperature())
        + (teaching.weight() == 1 ? ", without labels" : ", beside labels");
  }

  /** What the full size says in one fit. */
  private OptionalLong taughtMacs(Parent teacher, Plan plan) {
    if (!parents.has(teacher)) {
      return OptionalLong.empty();
    }
    Templates learnt = parents.get(teacher);
    Family family = learnt.family();
    return OptionalLong.of(
        family.cost(learnt.size()).macs()
            * FullSizeTeaching.shown(
                family, learnt.size(), plan.fitTeaching(), plan.fitImages(), plan.fit()));
  }

  private static String name(Parent parent) {
    return parent.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * @param teaches whether a method needs it for its fit alone
   */
  private MethodFacts.Parent parent(Parent parent, boolean teaches) {
    Templates learnt = parents.get(parent);
    return new MethodFacts.Parent(
        name(parent) + (teaches ? " as teacher" : ""),
        parent.sentence(),
        STEPS.matcher(learnt.provenance().getOrDefault("recipe", "")).replaceFirst(""),
        number(learnt, "steps"),
        images(learnt),
        macs(parent, learnt),
        learnt.bank().parameters() + learnt.scalers().parameters());
  }

  /** What is distilled costs its teacher too, and all that the teacher says. */
  private long macs(Parent parent, Templates learnt) {
    long forward =
        learnt.provenance().containsKey("macs")
            ? number(learnt, "macs")
            : Math.round(images(learnt) * macsOfAnImage(learnt));
    long said = Math.round(inPlace(learnt) * images(learnt) * full(learnt));
    long own = MethodFacts.PASSES * (forward - said) + said;
    if (!parent.distilled()) {
      return own;
    }
    Templates teacher = parents.get(Parent.DENSE);
    return own + shown(learnt) * full(teacher) + macs(Parent.DENSE, teacher);
  }

  private static long full(Templates learnt) {
    return learnt.family().cost(learnt.size()).macs();
  }

  /** The expected share of the images that the full size taught smaller ones with. */
  private static double inPlace(Templates learnt) {
    Map<String, String> facts = learnt.provenance();
    boolean taught = IN_PLACE.matcher(facts.getOrDefault("options", "")).find();
    double first = Double.parseDouble(facts.getOrDefault("sampling.full_first", "0"));
    double share = Double.parseDouble(facts.getOrDefault("sampling.full_share", "1"));
    return taught ? (1 - first) * (1 - share) : 0;
  }

  /** Files of earlier versions asked at every step. */
  private static long shown(Templates learnt) {
    return learnt.provenance().containsKey(PretrainJob.TEACHER_IMAGES)
        ? number(learnt, PretrainJob.TEACHER_IMAGES)
        : images(learnt);
  }

  private static long images(Templates learnt) {
    return number(learnt, "steps") * number(learnt, "batch_size");
  }

  private static long number(Templates learnt, String fact) {
    return Long.parseLong(learnt.provenance().getOrDefault(fact, "0"));
  }

  /** What files of earlier versions do not say: the expected number over the sizes drawn. */
  private static double macsOfAnImage(Templates templates) {
    Family family = templates.family();
    double full = family.cost(templates.size()).macs();
    Map<String, String> facts = templates.provenance();
    double share = Double.parseDouble(facts.getOrDefault("sampling.full_share", "1"));
    double others =
        SizeSampler.others(facts).stream()
            .mapToLong(size -> family.cost(size).macs())
            .average()
            .orElse(full);
    return share * full + (1 - share) * others;
  }
}
