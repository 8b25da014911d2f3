package io.github.weit.cli;

import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.models.Family;
import io.github.weit.models.Preset;
import io.github.weit.models.Size;
import io.github.weit.models.StepCost;
import io.github.weit.templates.DrawnRange;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists sizes and what they cost, before any array is made. */
@Command(
    name = "plan",
    header = "List sizes and what they cost.",
    description =
        "List the sizes there are and what they cost, to find the largest that fits a budget; with"
            + " --batch also what a step of training them costs. Nothing is computed and the engine is"
            + " not needed, unless --measure asks how long predictions take on this machine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit plan --templates templates.safetensors --max-params 2M --max-macs 100M",
      "  weit plan --preset resnet50",
      "  weit plan --image-size 224 --patch 16 --classes 1000 --max-bytes 32MiB",
      "  weit plan 128x6 192x9 --batch 64",
      "  weit plan --templates templates.safetensors --max-ms 2 --measure 1 --threads 1",
      "",
      "MACs are multiply-accumulate operations for one image, bytes those of float32",
      "weights, half as many in bfloat16. The row marked * is the largest within the",
      "budget, of those that are no narrower and no shallower than all that pre-training",
      "drew. A step is one of weit train, pretrain (at this size) or fit; its memory",
      "is that of its arrays, and docs/cost.md says what comes on top."
    })
final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "SIZE",
      description = "Sizes to list, such as 128x6 (default: those of --widths and --depths).")
  private List<String> sizes = List.of();

  @ArgGroup private Of of = new Of();

  /** What sizes are listed of. */
  private static final class Of {
    @Option(
        names = "--templates",
        paramLabel = "FILE",
        description =
            "Sizes for these templates (default: for the family that the options describe).")
    private Optional<Path> templates = Optional.empty();

    @Option(
        names = "--preset",
        paramLabel = "NAME",
        description =
            "This model that has a name, such as resnet18; with --widths or --depths, sizes of its"
                + " family.")
    private Optional<Preset> preset = Optional.empty();
  }

  @Option(names = "--max-params", paramLabel = "N", description = "Most parameters, such as 2M.")
  private Optional<Quantity> maxParameters = Optional.empty();

  @Option(names = "--max-macs", paramLabel = "N", description = "Most MACs, such as 300M.")
  private Optional<Quantity> maxMacs = Optional.empty();

  @Option(names = "--max-bytes", paramLabel = "N", description = "Most bytes, such as 8MiB.")
  private Optional<Quantity> maxBytes = Optional.empty();

  @Mixin private MeasureOptions measuring;

  @Option(
      names = "--widths",
      paramLabel = "FROM-TO",
      description = "Widths to list (default: up to twice the pre-trained one, or 256).")
  private Optional<IntRange> widths = Optional.empty();

  @Option(
      names = "--depths",
      paramLabel = "FROM-TO",
      description = "Depths to list (default: up to twice the pre-trained one, or 12).")
  private Optional<IntRange> depths = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Count a training step of N images too, in full for each SIZE that is named.")
  private Optional<Integer> batch = Optional.empty();

  @Option(names = "--ema", description = "With --batch: a running average of weights is kept.")
  private boolean averaged;

  @Option(
      names = "--limit",
      defaultValue = "30",
      paramLabel = "N",
      description = "Rows of the table, 0 for all (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--csv", description = "All rows as CSV with exact numbers.")
  private boolean csv;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "Side of the images, without --templates (default: the preset's, or 32).")
  private Optional<Integer> imageSize = Optional.empty();

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "Channels of the images, without --templates (default: the preset's, or 3).")
  private Optional<Integer> channels = Optional.empty();

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Classes, without --templates (default: the preset's, or 10).")
  private Optional<Integer> classes = Optional.empty();

  @Mixin private PrecisionOption precision;
  @Mixin private FamilyOptions familyOptions;

  @Override
  public Integer call() {
    measuring.check();
    List<Size> named = sizes.stream().map(this::size).toList();
    Family family;
    Constraint constraint;
    Optional<Size> pretrained;
    Optional<DrawnRange> drawn;
    if (of.templates.isPresent()) {
      Path file = of.templates.get();
      familyOptions.requireNone("--templates " + file, imageOptions());
      ArtefactHeader header = WeightsFile.requireKind(file, ArtefactHeader.Kind.TEMPLATES);
      ModelHeader model = ModelHeader.of(file, header);
      family = model.family();
      constraint = header.constraint().orElseThrow();
      pretrained = Optional.of(model.size());
      drawn = DrawnRange.of(model.size(), header.provenance());
    } else {
      family = described();
      constraint = new KroneckerConstraint();
      pretrained = Optional.empty();
      drawn = Optional.empty();
    }
    SizeTable.Budget budget =
        new SizeTable.Budget(most(maxParameters), most(maxMacs), most(maxBytes));
    List<SizeTable.Row> affordable = table(family, constraint, named, pretrained).within(budget);
    int shown = csv ? affordable.size() : SizeTable.shown(affordable, limit);
    Optional<PredictionTimes> times = measuring.times(family, affordable, shown);
    List<SizeTable.Row> rows = measuring.within(affordable, times);
    boolean limited = budget.isLimited() || measuring.isLimited();
    SizeTable.Marks marks = new SizeTable.Marks(limited, pretrained, drawn);
    Optional<StepTable> steps =
        batch.map(
            images ->
                new StepTable(
                    family, constraint, new StepCost.Step(images, averaged, precision.get())));
    if (csv) {
      System.out.print(SizeTable.csv(rows, marks, steps, times));
      return 0;
    }
    System.out.print(SizeTable.text(family, rows, marks, steps, times, limit));
    if (areNamed()) {
      steps.ifPresent(
          table -> rows.forEach(row -> System.out.print("\n" + table.text(row.size()))));
    }
    return 0;
  }

  /** Here, since picocli takes a parameter that cannot be read for one too many. */
  private Size size(String text) {
    try {
      return Size.parse(text);
    } catch (WeitException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** The options that describe images, of those that were given. */
  private List<String> imageOptions() {
    return Stream.of(
            imageSize.map(given -> "--image-size"),
            channels.map(given -> "--channels"),
            classes.map(given -> "--classes"))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Whether there are single sizes to list, not ranges of them. */
  private boolean areNamed() {
    return !sizes.isEmpty() || of.preset.isPresent() && widths.isEmpty() && depths.isEmpty();
  }

  private Family described() {
    return of.preset
        .map(
            preset ->
                familyOptions.family(
                    preset,
                    imageSize.orElseGet(preset::imageSize),
                    channels.orElseGet(preset::channels),
                    classes.orElse(preset.family().classes())))
        .orElseGet(
            () ->
                familyOptions.family(imageSize.orElse(32), channels.orElse(3), classes.orElse(10)));
  }

  private SizeTable table(
      Family family, Constraint constraint, List<Size> named, Optional<Size> pretrained) {
    if (!sizes.isEmpty() && (widths.isPresent() || depths.isPresent())) {
      throw new WeitException(
          "the sizes %s are named; leave out --widths and --depths".formatted(named));
    }
    if (areNamed()) {
      return SizeTable.of(
          family, constraint, named.isEmpty() ? List.of(of.preset.get().size()) : named);
    }
    int widest = pretrained.map(size -> 2 * size.width()).orElse(256);
    int deepest = pretrained.map(size -> 2 * Collections.max(size.depths())).orElse(12);
    return SizeTable.of(
        family,
        constraint,
        widths.orElse(new IntRange(1, Math.max(widest, family.widthStep()))),
        depths.orElse(new IntRange(1, deepest)));
  }

  private static long most(Optional<Quantity> quantity) {
    return quantity.map(Quantity::value).orElse(Long.MAX_VALUE);
  }
}
