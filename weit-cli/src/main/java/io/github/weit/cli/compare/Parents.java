package io.github.weit.cli.compare;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Parent;
import io.github.weit.cli.run.Checkpoints;
import io.github.weit.cli.run.PretrainJob;
import io.github.weit.cli.run.PretrainStart;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.CalibrationImages;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What methods start from, in a folder: each is trained once, goes on where a run before was
 * stopped, and is read when it is first asked for.
 */
final class Parents implements AutoCloseable {

  private static final long CHECKPOINT_STEPS = 500;
  private static final long PAUSE = 10_000; // milliseconds

  private final Path folder;
  private final NDManager manager;
  private final Map<Parent, Templates> open = new EnumMap<>(Parent.class);
  private final Map<Parent, String> hashes = new EnumMap<>(Parent.class);
  private Optional<SizedModel> dense = Optional.empty();
  private Optional<SizedModel> fullSize = Optional.empty();

  /**
   * @param manager owner of what is read; it decides the device
   */
  Parents(Path folder, NDManager manager) {
    this.folder = folder;
    this.manager = manager;
  }

  /** Where a parent is, or is to be. */
  Path file(Parent parent) {
    String name =
        parent == Parent.TEMPLATES
            ? CompareJob.TEMPLATES
            : parent.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".safetensors";
    return folder.resolve(name);
  }

  /** Whether a parent is there. */
  boolean has(Parent parent) {
    return Files.exists(file(parent));
  }

  /** One that is there, rather templates than another. */
  Optional<Parent> any() {
    return Stream.concat(Stream.of(Parent.TEMPLATES), Stream.of(Parent.values()))
        .filter(this::has)
        .findFirst();
  }

  /** Those that are not there, and what they are distilled from, in the order of their training. */
  Set<Parent> missing(Set<Parent> wanted) {
    Set<Parent> missing = new TreeSet<>(wanted);
    if (wanted.stream().anyMatch(Parent::distilled)) {
      missing.add(Parent.DENSE); // stands before what is distilled from it
    }
    missing.removeIf(this::has);
    return missing;
  }

  /** The hash of a parent's file, which is read once. */
  String sha256(Parent parent) {
    return hashes.computeIfAbsent(parent, known -> Hashes.sha256(file(known)));
  }

  /** Is told what becomes of parents. */
  interface Observer {

    /** One is trained next. */
    TrainingListener training(Parent parent);

    /** Nothing is left to do before another process has trained one; said once of each. */
    default void waiting(Parent parent) {}
  }

  /**
   * Trains those that are missing, and waits for those that another process is at.
   *
   * @param templates the plan of {@link Parent#TEMPLATES}, from which the others' follow
   * @return false if it was stopped before all were done
   */
  boolean learn(
      Set<Parent> wanted,
      PretrainPlan templates,
      Seed seed,
      ImageSet train,
      Observer observer,
      BooleanSupplier stop) {
    Set<Parent> all = missing(wanted);
    Set<Parent> awaited = EnumSet.noneOf(Parent.class);
    try (Claims claims = new Claims(folder.resolve("claims"))) {
      while (!all.isEmpty()) {
        boolean waits = true;
        for (Parent parent : List.copyOf(all)) {
          Supplier<PretrainJob> job = () -> job(parent, templates, seed, train);
          switch (attempt(parent, job, claims, observer, stop)) {
            case STOPPED -> {
              return false;
            }
            case DONE -> {
              all.remove(parent);
              waits = false;
            }
            case ELSEWHERE -> {}
          }
        }
        if (waits) {
          Parent next = all.iterator().next();
          if (awaited.add(next)) {
            observer.waiting(next);
          }
          pause();
        }
      }
    }
    return true;
  }

  /** What became of a parent. */
  private enum Outcome {
    /** Its file is there. */
    DONE,
    /** Another process is at it, or at what it is distilled from. */
    ELSEWHERE,
    STOPPED
  }

  private Outcome attempt(
      Parent parent,
      Supplier<PretrainJob> job,
      Claims claims,
      Observer observer,
      BooleanSupplier stop) {
    try (Claim claim = claims.claim(parent.name())) {
      if (has(parent)) {
        return Outcome.DONE;
      }
      if (stop.getAsBoolean()) {
        return Outcome.STOPPED;
      }
      if (!claim.granted() || !isReady(parent)) {
        return Outcome.ELSEWHERE;
      }
      PretrainJob.End end = job.get().run(manager, file(parent), observer.training(parent), stop);
      return end.done() ? Outcome.DONE : Outcome.STOPPED;
    }
  }

  /** Whether what a parent is distilled from is there, if it is. */
  boolean isReady(Parent parent) {
    return !parent.distilled() || has(Parent.DENSE);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeitException("interrupted while another process pre-trains", e);
    }
  }

  private PretrainJob job(Parent parent, PretrainPlan templates, Seed seed, ImageSet train) {
    PretrainStart start = PretrainStart.untrained(train);
    if (parent.distilled()) {
      start =
          new PretrainStart(
              Optional.empty(),
              Optional.of(
                  Parent.distillation(
                      CalibrationImages.calibrate(dense(), train, start.normalisation()))),
              start.normalisation(),
              Map.of("teacher.sha256", sha256(Parent.DENSE)));
    }
    Path checkpoints =
        parent == Parent.TEMPLATES
            ? folder.resolve("checkpoints")
            : folder.resolve("checkpoints-" + parent.name().toLowerCase(Locale.ROOT));
    return new PretrainJob(
        parent.plan(templates),
        seed,
        train,
        start,
        new Checkpoints(checkpoints, CHECKPOINT_STEPS, Begin.RESUME_IF_ANY));
  }

  /** A parent that was learnt; it stays this object's. */
  Templates get(Parent parent) {
    return open.computeIfAbsent(parent, wanted -> Templates.load(file(wanted), manager));
  }

  /** The dense model of the full size; it stays this object's. */
  SizedModel dense() {
    if (dense.isEmpty()) {
      Templates learnt = get(Parent.DENSE);
      dense = Optional.of(learnt.compose(learnt.size(), manager));
    }
    return dense.get();
  }

  /** The model of the full size that comes with the templates; it stays this object's. */
  SizedModel fullSize() {
    if (fullSize.isEmpty()) {
      Templates learnt = get(Parent.TEMPLATES);
      fullSize = Optional.of(learnt.compose(learnt.size(), manager));
    }
    return fullSize.get();
  }

  @Override
  public void close() {
    dense.ifPresent(SizedModel::close);
    fullSize.ifPresent(SizedModel::close);
    open.values().forEach(Templates::close);
  }
}
