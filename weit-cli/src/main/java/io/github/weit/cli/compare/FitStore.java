package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Ligo;
import io.github.weit.baselines.Method;
import io.github.weit.baselines.Parent;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.Normalisation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Fitted models, in files: a fit is the longest part of a trial and does not depend on the ordinary
 * training after it. So a trial that was stopped after its fit goes on there, and comparisons that
 * differ in the rates of ordinary training share their fits. A file is found by everything that
 * decides its fit; the folder may be deleted at any time. Fits of somebody else's method are not
 * kept, since nothing says what its program is.
 */
final class FitStore {

  private final Path folder;
  private final Parents parents;
  private final Plan plan;
  private final Family family;
  private final Trial.Images images;

  /**
   * @param folder where the files are, or are to be
   * @param family of what is fitted
   */
  FitStore(Path folder, Parents parents, Plan plan, Family family, Trial.Images images) {
    this.folder = folder;
    this.parents = parents;
    this.plan = plan;
    this.family = family;
    this.images = images;
  }

  /**
   * One fit of a method.
   *
   * @param start what it starts from where that is known before, see {@link #sha256}: so a fit is
   *     not taken for one from weights that an earlier version made in another way
   */
  record Fit(Contender method, Size size, Seed seed, Optional<String> start) {}

  /** The hash of a model's names and values. */
  static String sha256(SizedModel model) {
    return Hashes.sha256(model.weights());
  }

  /** The model of a fit that was made before, in {@code manager}. */
  Optional<SizedModel> find(Fit fit, NDManager manager) {
    if (fit.method() instanceof Contender.Other) {
      return Optional.empty();
    }
    Path file = file(fit);
    try {
      return Files.exists(file) ? Optional.of(SizedModel.load(file, manager)) : Optional.empty();
    } catch (WeitException e) {
      throw new WeitException(
          "%s; it keeps a fit that was made before: delete it, and it is made again"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Keeps the model of a fit that came to its end, as weights that predict and train like any. */
  void keep(Fit fit, SizedModel model) {
    if (fit.method() instanceof Contender.Other) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new WeitException("cannot make the folder %s: %s".formatted(folder, e), e);
    }
    Map<String, String> provenance = new TreeMap<>(facts(fit));
    provenance.putAll(DataFacts.of(images.fit(), images.normalisation()));
    model.artefact(provenance).save(file(fit));
  }

  private Path file(Fit fit) {
    byte[] facts = facts(fit).toString().getBytes(StandardCharsets.UTF_8);
    String name =
        "%s-%s-%s-%s.safetensors"
            .formatted(
                fit.method().name(), fit.size(), fit.seed().value(), UUID.nameUUIDFromBytes(facts));
    return folder.resolve(name);
  }

  private Map<String, String> facts(Fit fit) {
    Contender method = fit.method();
    Map<String, String> facts = new TreeMap<>(RunInfo.versions());
    facts.put("method", method.name());
    facts.put("seed", Long.toString(fit.seed().value()));
    fit.start().ifPresent(start -> facts.put("start.sha256", start));
    facts.put("family", family.id() + " " + new TreeMap<>(family.options()));
    facts.put("templates.sha256", parents.sha256(Parent.TEMPLATES));
    method.parent().ifPresent(own -> facts.put("parent.sha256", parents.sha256(own)));
    if (method.is(Method.LIGO)) {
      facts.put(
          "ligo", "%s %s %s %s".formatted(Ligo.STEPS, Ligo.RATE, Ligo.WIDTH_FACTOR, Ligo.NOISE));
    }
    facts.put("fit.sha256", images.fit().sha256());
    facts.put("fit.recipe", plan.fit().toString());
    facts.put("fit.teaching", plan.fitTeaching().toString());
    facts.put("fit.unevenness", Double.toString(plan.unevenness()));
    Normalisation normalisation = images.normalisation();
    facts.put("fit.normalisation", normalisation.mean() + " " + normalisation.deviation());
    return facts;
  }
}
