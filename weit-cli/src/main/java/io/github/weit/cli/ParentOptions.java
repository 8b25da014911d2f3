package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.models.Size;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.data.ImageSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Trained dense weights that a pre-training starts from, and those that it learns from. */
final class ParentOptions {

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "Start at the templates nearest to these dense weights of --size: an artefact of weit"
              + " train or fit, or a safetensors file with the network's parameter names.")
  private Optional<Path> from = Optional.empty();

  @ArgGroup(exclusive = false)
  private Teaching teaching;

  /** What is learnt from a teacher. */
  private static final class Teaching {
    @Option(
        names = "--teacher",
        required = true,
        paramLabel = "FILE",
        description = "Learn from these dense weights too, of any size, for the same classes.")
    private Path file;

    @Option(
        names = "--teacher-size",
        paramLabel = "WIDTHxDEPTH",
        description = "The teacher's size, if its file does not say it (default: --size).")
    private Size size;

    @Option(
        names = "--distil-weight",
        defaultValue = "0.5",
        paramLabel = "SHARE",
        description =
            "The teacher's share of the loss; the rest is the labels' (default:"
                + " ${DEFAULT-VALUE}).")
    private double weight;

    @Option(
        names = "--temperature",
        defaultValue = "1",
        paramLabel = "T",
        description =
            "Softens the teacher's and the student's answers. At 1 the teacher is asked once about"
                + " each image that is at most mirrored, at others at every step (default:"
                + " ${DEFAULT-VALUE}).")
    private double temperature;

    PretrainParents.Teacher teacher(PretrainPlan plan, ImageSet images) {
      Size own = Optional.ofNullable(size).orElse(plan.size());
      DenseCheckpoint checkpoint = DenseCheckpoint.open(file, plan.family(), own, images);
      return new PretrainParents.Teacher(checkpoint, weight, temperature);
    }
  }

  /** The files that the options name. */
  List<Path> files() {
    return Stream.of(from, Optional.ofNullable(teaching).map(given -> given.file))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The files that the options name, checked without reading an array.
   *
   * @throws WeitException if one does not fit the pre-training
   */
  PretrainParents check(PretrainPlan plan, ImageSet images) {
    Optional<DenseCheckpoint> start =
        from.map(file -> DenseCheckpoint.open(file, plan.family(), plan.size(), images));
    start.ifPresent(file -> file.requireNetwork(plan.family(), plan.size()));
    Optional<PretrainParents.Teacher> teacher =
        Optional.ofNullable(teaching).map(given -> given.teacher(plan, images));
    return PretrainParents.of(start, teacher, images);
  }
}
