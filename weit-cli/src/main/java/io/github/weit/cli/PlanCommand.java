package io.github.weit.cli;

import io.github.weit.core.Constraint;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists sizes and what they cost, before any array is made. */
@Command(
    name = "plan",
    header = "List sizes and what they cost.",
    description =
        "List the sizes there are and what they cost, to find the largest that fits a budget."
            + " Nothing is computed and the engine is not needed.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit plan --templates templates.safetensors --max-params 2M --max-macs 100M",
      "  weit plan --image-size 224 --patch 16 --classes 1000 --max-bytes 32MiB",
      "",
      "MACs are multiply-accumulate operations for one image, bytes those of float32",
      "weights. The row marked * is the largest within the budget."
    })
final class PlanCommand implements Callable<Integer> {

  @Option(
      names = "--templates",
      paramLabel = "FILE",
      description =
          "Sizes for these templates (default: for the family that the options describe).")
  private Optional<Path> templates = Optional.empty();

  @Option(names = "--max-params", paramLabel = "N", description = "Most parameters, such as 2M.")
  private Optional<Quantity> maxParameters = Optional.empty();

  @Option(names = "--max-macs", paramLabel = "N", description = "Most MACs, such as 300M.")
  private Optional<Quantity> maxMacs = Optional.empty();

  @Option(names = "--max-bytes", paramLabel = "N", description = "Most bytes, such as 8MiB.")
  private Optional<Quantity> maxBytes = Optional.empty();

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
      names = "--limit",
      defaultValue = "30",
      paramLabel = "N",
      description = "Rows of the table, 0 for all (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--csv", description = "All rows as CSV with exact numbers.")
  private boolean csv;

  @Option(
      names = "--image-size",
      defaultValue = "32",
      paramLabel = "PIXELS",
      description = "Side of the images, without --templates (default: ${DEFAULT-VALUE}).")
  private int imageSize;

  @Option(
      names = "--channels",
      defaultValue = "3",
      paramLabel = "N",
      description = "Channels of the images, without --templates (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--classes",
      defaultValue = "10",
      paramLabel = "N",
      description = "Classes, without --templates (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Mixin private FamilyOptions familyOptions;

  @Override
  public Integer call() {
    Family family;
    Constraint constraint;
    Optional<Size> pretrained;
    if (templates.isPresent()) {
      Path file = templates.get();
      ArtefactHeader header = WeightsFile.requireKind(file, ArtefactHeader.Kind.TEMPLATES);
      ModelHeader model = ModelHeader.of(file, header);
      family = model.family();
      constraint = header.constraint().orElseThrow();
      pretrained = Optional.of(model.size());
    } else {
      family = familyOptions.family(imageSize, channels, classes);
      constraint = new KroneckerConstraint();
      pretrained = Optional.empty();
    }
    int widest = pretrained.map(size -> 2 * size.width()).orElse(256);
    int deepest = pretrained.map(size -> 2 * Collections.max(size.depths())).orElse(12);
    SizeTable table =
        SizeTable.of(
            family,
            constraint,
            widths.orElse(new IntRange(1, Math.max(widest, family.widthStep()))),
            depths.orElse(new IntRange(1, deepest)));
    SizeTable.Budget budget =
        new SizeTable.Budget(most(maxParameters), most(maxMacs), most(maxBytes));
    List<SizeTable.Row> rows = table.within(budget);
    System.out.print(
        csv ? SizeTable.csv(rows) : SizeTable.text(family, rows, budget, pretrained, limit));
    return 0;
  }

  private static long most(Optional<Quantity> quantity) {
    return quantity.map(Quantity::value).orElse(Long.MAX_VALUE);
  }
}
