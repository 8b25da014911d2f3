package io.github.weit.cli.compare;

import static java.util.stream.Collectors.joining;

import io.github.weit.baselines.Parent;
import io.github.weit.core.Constraint;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ModelInfo;
import io.github.weit.core.checkpoint.Facts;
import io.github.weit.models.Families;
import io.github.weit.models.Size;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.SizeSampler;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A parent that is there, and how it would be trained now. What is compared with it is to have
 * learnt the same sizes of the same model.
 *
 * @param file of the parent
 * @param provenance of the parent
 * @param then what decided it
 * @param now what would
 */
record ParentCheck(
    Path file, Map<String, String> provenance, Map<String, String> then, Map<String, String> now) {

  private static final String SIZE = "size";
  private static final String SEED = "seed";
  private static final String STEPS = "steps.planned";

  /** In what parents that are compared may differ: of equal cost they have different steps. */
  private static final Set<String> FREE =
      Set.of(STEPS, "batch_size", "recipe", "options", "constraint", "constraint.options");

  private static final Map<String, String> OPTIONS =
      Map.of(
          "family",
          "--family",
          SIZE,
          "--size",
          SEED,
          "--pretrain-seed",
          STEPS,
          "--pretrain-steps",
          "batch_size",
          "--pretrain-batch",
          "constraint",
          "--templated",
          "sampling.minimum",
          "--smallest",
          "sampling.maximum",
          "--largest",
          "sampling.full_first",
          "--full-first",
          "sampling.full_share",
          "--full-share");

  /**
   * @param plan of templates; the parent's follows from it
   */
  static ParentCheck of(Path file, Parent parent, PretrainPlan plan, Seed seed) {
    ArtefactHeader header = Artefact.inspect(file);
    Map<String, String> then = new TreeMap<>(header.provenance());
    then.putAll(
        facts(
            Families.of(header.model().family(), header.model().options())
                .info(Size.parse(header.model().size()))));
    header.constraint().map(Constraint::facts).ifPresent(then::putAll);
    PretrainPlan own = parent.plan(plan);
    Map<String, String> now = new TreeMap<>(own.facts());
    now.putAll(facts(own.family().info(own.size())));
    now.putAll(own.constraint().facts());
    now.put(SEED, Long.toString(seed.value()));
    now.remove(SizeSampler.HELD_OUT); // those of the parent that is there are taken
    now.keySet().retainAll(then.keySet()); // files of earlier versions say less
    then.keySet().retainAll(now.keySet());
    return new ParentCheck(file, header.provenance(), then, now);
  }

  private static Map<String, String> facts(ModelInfo model) {
    Map<String, String> facts = new TreeMap<>(model.options());
    facts.put("family", model.family());
    facts.put(SIZE, model.size());
    return facts;
  }

  /** That it is taken as it is, where it would be trained in another way now. */
  Optional<String> taken() {
    String differing = differing(name -> true).map(ParentCheck::option).collect(joining(", "));
    return Optional.of(
            "%s is there, of size %s, %s steps and seed %s, and is taken as it is; asked for now is another: %s"
                .formatted(file, then.get(SIZE), then.get(STEPS), then.get(SEED), differing))
        .filter(sentence -> !differing.isEmpty());
  }

  /**
   * The plan of others: with its held-out sizes, so that they draw what it drew.
   *
   * @param missing the file of one of them
   * @throws WeitException if they would learn another model or other sizes, or begin at other
   *     random numbers
   */
  PretrainPlan plan(PretrainPlan asked, Path missing) {
    String differing =
        differing(name -> !FREE.contains(name))
            .map(
                name ->
                    "expected %s %s, found %s"
                        .formatted(option(name), then.get(name), now.get(name)))
            .collect(joining("; "));
    if (!differing.isEmpty()) {
      throw new WeitException(
          "%s is missing and would be trained otherwise than %s, with which it is compared: %s; give what is expected, or name another folder with --parents"
              .formatted(missing, file, differing));
    }
    return SizeSampler.others(provenance).isEmpty()
        ? asked
        : asked.withSampling(sizes -> sizes.withHeldOut(SizeSampler.heldOut(provenance)));
  }

  private Stream<String> differing(Predicate<String> counted) {
    return Facts.differences(then, now).keySet().stream().filter(counted);
  }

  private static String option(String name) {
    return OPTIONS.getOrDefault(name, name);
  }
}
