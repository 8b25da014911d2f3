package io.github.weit.cli.run;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.templates.Pretraining;
import io.github.weit.training.Checkpointing;
import io.github.weit.training.Distillation;
import io.github.weit.training.Lesson;
import io.github.weit.training.Resumable;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Pre-training into a file, with checkpoints on the way.
 *
 * @param plan what is done
 * @param seed decides everything random
 * @param train the images
 * @param start what it starts from and learns from
 * @param checkpoints where the run goes on from if it is interrupted
 */
public record PretrainJob(
    PretrainPlan plan, Seed seed, ImageSet train, PretrainStart start, Checkpoints checkpoints) {

  /** What a provenance calls the number of images that a teacher was shown. */
  public static final String TEACHER_IMAGES = "teacher.images";

  /**
   * How it ended.
   *
   * @param done whether the templates are there; else it was stopped
   * @param sentence what to say
   */
  public record End(boolean done, String sentence) {}

  /** Learns templates and writes them. If it is stopped, a checkpoint is written in their place. */
  public End run(NDManager parent, Path file, TrainingListener listener, BooleanSupplier stop) {
    Normalisation normalisation = start.normalisation();
    Map<String, String> facts = new TreeMap<>(DataFacts.of(train, normalisation));
    facts.putAll(RunInfo.versions());
    facts.putAll(start.provenance());
    teacher().ifPresent(asked -> facts.put(TEACHER_IMAGES, Long.toString(shown(asked))));
    BatchSource source =
        new BatchSource(
            train,
            normalisation,
            plan.recipe().augmentation(),
            plan.recipe().batchSize(),
            seed.child("data"));
    try (NDManager manager = parent.newSubManager();
        Pretraining pretraining = begin(manager)) {
      Resumable run = pretraining.resumable(facts);
      long steps = plan.recipe().steps();
      if (checkpoints.isDone(run, steps, file)) {
        return new End(true, Checkpoints.done(file, steps));
      }
      Checkpointing checkpointing = checkpoints.open(run);
      Lesson lesson = lesson(source, manager);
      TrainingListener all = TrainingListener.all(listener, checkpointing);
      if (checkpointing.guard(() -> pretraining.run(lesson, all, stop)).stopped()) {
        return new End(false, "stopped; " + checkpoints.stop(checkpointing));
      }
      pretraining.artefact(facts).save(file);
      checkpointing.finish();
      return new End(true, "wrote " + file);
    }
  }

  /** Where the full size teaches the others, they have labels from the batches, not a teacher. */
  private Optional<Distillation> teacher() {
    boolean inPlace = plan.options().inPlaceDistillation() > 0;
    return start.teacher().map(given -> inPlace ? given.askedAtEveryStep() : given);
  }

  private long shown(Distillation teacher) {
    return teacher.shown(train.size(), train.classes().size(), plan.recipe());
  }

  private Lesson lesson(BatchSource source, NDManager manager) {
    Optional<Distillation> teacher = teacher();
    if (teacher.isEmpty()) {
      return Lesson.ofLabels(source);
    }
    if (teacher.get().isAskedBefore(train.size(), train.classes().size(), plan.recipe())) {
      System.out.printf(
          Locale.ROOT,
          "asking the teacher about %,d images%s, once for all steps...%n",
          shown(teacher.get()),
          plan.recipe().augmentation().flip() ? ", mirrored ones included" : "");
    }
    return teacher.get().lesson(source, plan.recipe(), manager);
  }

  private Pretraining begin(NDManager manager) {
    return start
        .templates()
        .map(templates -> new Pretraining(plan, templates, seed, manager))
        .orElseGet(() -> new Pretraining(plan, seed, manager));
  }
}
