package io.github.weit.cli;

import ai.djl.ndarray.NDManager;
import io.github.weit.cli.run.Checkpoints;
import io.github.weit.cli.run.PretrainJob;
import io.github.weit.cli.run.PretrainStart;
import io.github.weit.cli.run.TrainingLines;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stage 1 as a command. */
@Command(
    name = "pretrain",
    header = "Learn weight templates (stage 1).",
    description =
        "Learn weight templates: pre-train once, under the constraint. Every size is then composed"
            + " from what is written here.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit pretrain --data cifar10 --out templates.safetensors",
      "  weit pretrain --data photos/ --image-size 32 --pretrain-steps 5000",
      "  weit pretrain --data cifar10 --size 128x6 --from trained.safetensors",
      "",
      "photos/ holds train/CLASS/IMAGE. After Ctrl-C, or whatever ended it, the same",
      "command with --resume goes on. Every checkpoint holds templates as they were then."
    })
final class PretrainCommand implements Callable<Integer> {

  @Mixin private DataOptions data;
  @Mixin private FamilyOptions familyOptions;
  @Mixin private PretrainOptionsGroup options;
  @Mixin private ParentOptions parents;
  @Mixin private AugmentationOptions augmentation;
  @Mixin private EngineOptions engine;

  @Option(
      names = "--out",
      defaultValue = "templates.safetensors",
      paramLabel = "FILE",
      description = "Where the templates go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private SeedOption seed;
  @Mixin private CheckpointOptions checkpoints;

  @Option(
      names = "--log",
      paramLabel = "FOLDER",
      description = "Write metrics.csv and TensorBoard events there (default: nowhere).")
  private Optional<Path> log = Optional.empty();

  @Override
  public Integer call() {
    OutputFile.requireOther(out, parents.files());
    OutputFile.requireWritable(out);
    ImageSet train = data.train();
    PretrainPlan plan = options.plan(familyOptions, train, augmentation.get(), Set.of());
    PretrainParents dense = parents.check(plan, train);
    try (NDManager manager = engine.open(plan.recipe().precision());
        Stop stop = Stop.listen();
        TrainingLog logs = TrainingLog.open(log, checkpoints.resumed())) {
      TrainingListener listener =
          TrainingListener.all(TrainingLines.onOutput("pretrain"), logs.listener());
      Checkpoints kept = checkpoints.get(out);
      PretrainStart start = dense.load(plan, seed.get(), manager);
      PretrainJob job = new PretrainJob(plan, seed.get(), train, start, kept);
      PretrainJob.End end = job.run(manager, out, listener, stop);
      System.out.println(end.sentence());
      return end.done() ? 0 : Stop.EXIT_CODE;
    }
  }
}
