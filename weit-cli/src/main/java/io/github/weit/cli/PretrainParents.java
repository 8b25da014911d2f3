package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.run.PretrainStart;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.templates.NearestTemplates;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Reconstruction;
import io.github.weit.training.Distillation;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The dense weights that a pre-training starts from and learns from.
 *
 * @param from where templates start
 * @param teacher what is learnt from
 * @param normalisation of the images: as the parents' were, if they say it
 */
record PretrainParents(
    Optional<DenseCheckpoint> from, Optional<Teacher> teacher, Normalisation normalisation) {

  /**
   * A teacher and its share.
   *
   * @param weight of its part of the loss
   * @param temperature of its answers
   */
  record Teacher(DenseCheckpoint checkpoint, double weight, double temperature) {

    Teacher {
      new Distillation(images -> images, weight, temperature); // what it checks is the user's
    }

    Distillation load(NDManager manager) {
      SizedModel model = checkpoint.load(checkpoint.family(), manager);
      return new Distillation(model::logits, weight, temperature);
    }
  }

  /**
   * @throws WeitException if the two were trained on images that were normalised differently
   */
  static PretrainParents of(
      Optional<DenseCheckpoint> from, Optional<Teacher> teacher, ImageSet images) {
    List<Normalisation> said =
        Stream.of(from, teacher.map(Teacher::checkpoint))
            .flatMap(Optional::stream)
            .map(DenseCheckpoint::normalisation)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    if (said.size() > 1) {
      throw new WeitException(
          "--from and --teacher take images that are normalised differently, %s and %s; expected one way for both"
              .formatted(said.get(0).toText(), said.get(1).toText()));
    }
    Normalisation normalisation = said.isEmpty() ? Normalisation.of(images) : said.get(0);
    return new PretrainParents(from, teacher, normalisation);
  }

  /** Reads what there is, and says how near the templates come. All arrays are the manager's. */
  PretrainStart load(PretrainPlan plan, Seed seed, NDManager manager) {
    Map<String, String> provenance = new TreeMap<>();
    Optional<Templates> templates = from.map(file -> nearest(file, plan, seed, manager));
    from.ifPresent(file -> provenance.put("parent.sha256", Hashes.sha256(file.file())));
    Optional<Distillation> distillation = Optional.empty();
    if (teacher.isPresent()) {
      Teacher given = teacher.get();
      distillation = Optional.of(given.load(manager));
      provenance.put("teacher.sha256", Hashes.sha256(given.checkpoint().file()));
      provenance.put("teacher.weight", Double.toString(given.weight()));
      provenance.put("teacher.temperature", Double.toString(given.temperature()));
      System.out.printf(
          Locale.ROOT,
          "teacher: %s (%s), %s of the loss at temperature %s%n",
          given.checkpoint().file(),
          given.checkpoint().size(),
          given.weight(),
          given.temperature());
    }
    return new PretrainStart(templates, distillation, normalisation, provenance);
  }

  private static Templates nearest(
      DenseCheckpoint file, PretrainPlan plan, Seed seed, NDManager manager) {
    try (SizedModel dense = file.load(plan.family(), manager)) {
      NearestTemplates found = NearestTemplates.of(dense, plan.constraint(), seed, manager);
      System.out.println("start: the templates nearest to " + file.file());
      System.out.print(table(found.report()));
      return found.templates();
    }
  }

  private static TextTable table(List<Reconstruction> report) {
    TextTable table =
        new TextTable(
            "weights", "N", "used", "error", "explained", "dense", "templates", "scalers");
    Map<String, Long> templates = new TreeMap<>();
    long dense = 0;
    long scalers = 0;
    for (Reconstruction row : report) {
      table.row(
          row.weights(),
          row.terms(),
          row.rank(),
          percent(row.error()),
          percent(row.explained()),
          Quantity.exact(row.dense()),
          Quantity.exact(row.templates()),
          Quantity.exact(row.scalers()));
      templates.put(row.template(), row.templates());
      dense += row.dense();
      scalers += row.scalers();
    }
    long shared = templates.values().stream().mapToLong(Long::longValue).sum();
    return table.row(
        "all",
        "",
        "",
        "",
        "",
        Quantity.exact(dense),
        Quantity.exact(shared),
        Quantity.exact(scalers));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
