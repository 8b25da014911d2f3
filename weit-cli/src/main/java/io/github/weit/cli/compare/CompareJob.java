package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Parent;
import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv.Row;
import io.github.weit.cli.report.MethodFacts;
import io.github.weit.cli.report.Provenance;
import io.github.weit.cli.report.ReportWriter;
import io.github.weit.cli.report.Setting;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Templates;
import io.github.weit.scalers.CalibrationImages;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The whole experiment in one folder: what methods start from is pre-trained unless it is there
 * already, sizes are compared, and the report is written: now and then, and in the end.
 */
public final class CompareJob {

  /** The name of the templates inside a comparison's folder. */
  public static final String TEMPLATES = "templates.safetensors";

  /** The name of the table inside a comparison's folder. */
  public static final String TABLE = Comparison.CSV;

  private final Path folder;
  private final Path parentsFolder;
  private final ImageSet test;
  private final NDManager manager;
  private ImageSet train;

  /**
   * @param folder where everything is put; a comparison that was stopped there goes on
   * @param parents where what is pre-trained is, or is to be; may be the same folder
   * @param manager decides the device
   */
  public CompareJob(Path folder, Path parents, ImageSet train, ImageSet test, NDManager manager) {
    this.folder = folder;
    this.parentsFolder = parents;
    this.train = train;
    this.test = test;
    this.manager = manager;
  }

  /** The number of training images there are. */
  public int trainingImages() {
    return train.size();
  }

  /** Is told what becomes of what methods start from. */
  public interface PretrainObserver {

    /** It is trained; the listener follows. */
    TrainingListener pretraining(String what);

    /** Nothing is left to do before another process has trained it; said once. */
    default void waiting(String what) {}

    /** What is there is taken, though it would be trained in another way now; said once. */
    default void taken(String sentence) {}
  }

  /**
   * Trains what the methods start from, unless it is there; goes on where a run before this was
   * stopped. Parents of other images are taken as they are.
   *
   * @param templates how templates are learnt from the training images, which the other parents
   *     follow; asked for only where something may be missing
   * @return false if it was stopped before they were done
   * @throws WeitException if one is missing among parents of other images, or of trials that were
   *     run from it; if it would be trained otherwise than one that is there; if the family has not
   *     one of the sizes, or not what a method starts from
   */
  public boolean pretrain(
      Plan plan,
      Function<ImageSet, PretrainPlan> templates,
      Seed seed,
      PretrainObserver observer,
      BooleanSupplier stop) {
    Set<Parent> wanted = startsOf(plan.methods());
    try (NDManager own = manager.newSubManager();
        Parents parents = new Parents(parentsFolder, own)) {
      if (new OtherImages(parents, train).requireAll(wanted)) {
        return true;
      }
      Experiment.requireKept(folder, parents, parents.missing(wanted));
      PretrainPlan base = agreeing(templates.apply(train), seed, parents, wanted, observer);
      plan.requireLegal(
          parents.has(Parent.TEMPLATES) ? parents.get(Parent.TEMPLATES).family() : base.family());
      plan.contenders().forEach(method -> requirePossible(method, base, parents));
      return parents.learn(wanted, base, seed, train, told(observer), stop);
    }
  }

  /** What methods start from, and templates, whose full size, images and family are everyone's. */
  private static Set<Parent> startsOf(Collection<String> methods) {
    Set<Parent> starts = EnumSet.of(Parent.TEMPLATES);
    Contender.all().stream()
        .filter(known -> methods.contains(known.name()))
        .forEach(known -> known.parent().ifPresent(starts::add));
    return starts;
  }

  /** The plan as it goes with a parent that is there. */
  private static PretrainPlan agreeing(
      PretrainPlan asked,
      Seed seed,
      Parents parents,
      Set<Parent> wanted,
      PretrainObserver observer) {
    Optional<ParentCheck> check =
        parents.any().map(known -> ParentCheck.of(parents.file(known), known, asked, seed));
    Optional<Path> missing = parents.missing(wanted).stream().map(parents::file).findFirst();
    if (missing.isEmpty()) {
      check.flatMap(ParentCheck::taken).ifPresent(observer::taken);
      return asked;
    }
    return check.map(known -> known.plan(asked, missing.get())).orElse(asked);
  }

  private static Parents.Observer told(PretrainObserver observer) {
    return new Parents.Observer() {
      @Override
      public TrainingListener training(Parent parent) {
        return observer.pretraining(parent.sentence());
      }

      @Override
      public void waiting(Parent parent) {
        observer.waiting(parent.sentence());
      }
    };
  }

  /** What would be found out after hours of pre-training otherwise. */
  private static void requirePossible(Contender method, PretrainPlan templates, Parents parents) {
    Optional<Parent> missing = method.parent().filter(parent -> !parents.has(parent));
    try {
      missing.ifPresent(parent -> parent.plan(templates));
    } catch (WeitException e) {
      throw new WeitException(
          "%s has nothing to start from: %s; leave it out of --methods"
              .formatted(method.name(), e.getMessage()),
          e);
    }
  }

  /**
   * What came of a comparison.
   *
   * @param summary for a terminal; none of no measurement
   * @param failures trials without a result, a sentence for each; the others are in the report
   */
  public record Outcome(Optional<String> summary, List<String> failures) {}

  /**
   * Runs what is missing of {@code plan} and writes the report. Once, since training images that no
   * trial uses are let go of before trials are run.
   */
  public Outcome compare(
      Plan plan, String command, Comparison.Observer observer, BooleanSupplier stop) {
    try (NDManager own = manager.newSubManager();
        Parents parents = new Parents(parentsFolder, own);
        Experiment experiment = Experiment.open(folder, facts(plan, parents))) {
      return outcome(
          plan,
          command,
          observer,
          parents,
          experiment,
          (comparison, report) -> comparison.run(parents, own, observer, report, stop));
    }
  }

  /**
   * Writes the report of what was measured, and runs nothing; settings stay as they are. Only the
   * templates must be there.
   */
  public Outcome report(Plan plan, String command, Comparison.Observer observer) {
    try (NDManager own = manager.newSubManager();
        Parents parents = new Parents(parentsFolder, own);
        Experiment experiment = Experiment.read(folder, facts(plan, parents))) {
      return outcome(
          plan,
          command,
          observer,
          parents,
          experiment,
          (comparison, report) -> comparison.report(parents, observer, report));
    }
  }

  /**
   * @param work with the comparison and what writes its report; returns the summary
   */
  private Outcome outcome(
      Plan plan,
      String command,
      Comparison.Observer observer,
      Parents parents,
      Experiment experiment,
      BiFunction<Comparison, Comparison.Report, Optional<String>> work) {
    Templates templates = parents.get(Parent.TEMPLATES);
    Optional<ImageTransfer> transfer = new OtherImages(parents, train).transfer();
    transfer.ifPresent(
        change -> observer.adapting(learntOn(templates), change, plan.targets().get(0)));
    Provenance provenance = RunInfo.provenance(command);
    Comparison comparison =
        new Comparison(
            plan,
            transfer.map(ImageTransfer::to).orElse(templates.family()),
            train,
            test,
            normalisation(templates, transfer),
            transfer,
            folder,
            provenance);
    Setting.Data data = data(plan, templates, transfer.isPresent());
    train = comparison.train();
    Comparison.Report report =
        rows -> {
          List<Measurement> measured = rows.stream().map(Row::measurement).toList();
          List<Provenance> from = rows.stream().map(Row::provenance).distinct().toList();
          Plan shown = plan.covering(measured, rates(experiment.facts()));
          List<MethodFacts> methods = methods(comparison, shown, parents);
          Setting setting =
              SettingWords.setting(
                  shown, templates, data, from, methods, SettingWords.remarks(experiment));
          return ReportWriter.write(folder, setting, measured);
        };
    Optional<String> summary = work.apply(comparison, report);
    return new Outcome(summary, comparison.failures());
  }

  private static List<MethodFacts> methods(Comparison comparison, Plan shown, Parents parents) {
    Descriptions descriptions = new Descriptions(parents);
    return shown.contenders().stream()
        .map(
            contender ->
                descriptions.of(
                    contender, shown, (method, size) -> comparison.refusal(method, size, parents)))
        .toList();
  }

  /** The peak rates of the methods that were compared, by what {@link #facts} wrote. */
  private static Map<String, Double> rates(Map<String, String> facts) {
    return facts.entrySet().stream()
        .filter(fact -> fact.getKey().startsWith(Experiment.RATE_OF))
        .collect(
            Collectors.toMap(
                fact -> fact.getKey().substring(Experiment.RATE_OF.length()),
                fact -> Double.parseDouble(fact.getValue())));
  }

  /** What decides the numbers, but for sizes and seeds, which may be added to later. */
  private Map<String, String> facts(Plan plan, Parents parents) {
    Map<String, String> facts = new LinkedHashMap<>();
    Set<String> methods = new HashSet<>(plan.methods());
    methods.addAll(TrialStore.methods(folder));
    startsOf(methods).stream()
        .filter(parents::has)
        .forEach(parent -> facts.put(Experiment.hashOf(parent), parents.sha256(parent)));
    facts.put("training images", train.sha256());
    facts.put("test images", test.sha256());
    facts.put("images trained on", Integer.toString(plan.trainingImages()));
    facts.put("images fitted on", Integer.toString(plan.fitImages()));
    facts.put("fit", plan.fit().toString());
    facts.put(Experiment.TEACHING, plan.fitTeaching().toString());
    facts.put("training", plan.training().toString());
    for (Contender method : plan.contenders()) {
      facts.put(
          Experiment.RATE_OF + method.name(),
          Double.toString(plan.training(method).learningRate()));
    }
    facts.put("epochs measured", plan.epochs().toString());
    if (plan.contenders().stream().anyMatch(Contender::trainsLonger)) {
      facts.put(Experiment.LONG_EPOCHS, plan.longEpochs().toString());
    }
    facts.put("unevenness", Double.toString(plan.unevenness()));
    return facts;
  }

  private static String learntOn(Templates templates) {
    return ImageFacts.required(templates.provenance(), ImageFacts.ID);
  }

  /** Other images are normalised by their own mean and deviation. */
  private Normalisation normalisation(Templates templates, Optional<ImageTransfer> transfer) {
    return transfer.isPresent()
        ? Normalisation.of(train)
        : DataFacts.normalisation(templates.provenance());
  }

  private Setting.Data data(Plan plan, Templates templates, boolean transferred) {
    return new Setting.Data(
        transferred
            ? "%s, with what was learnt on %s".formatted(train.id(), learntOn(templates))
            : train.id(),
        train.sha256(),
        train.classes().size(),
        Long.parseLong(
            templates.provenance().getOrDefault("data.images", Integer.toString(train.size()))),
        plan.trainingImages(),
        templates.family().statistics(templates.size()).isEmpty()
            ? 0
            : CalibrationImages.count(plan.trainingImages()),
        test.size());
  }
}
