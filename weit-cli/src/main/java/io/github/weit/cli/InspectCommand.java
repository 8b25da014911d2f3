package io.github.weit.cli;

import io.github.weit.core.Axis;
import io.github.weit.core.WeightType;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.files.Hashes;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.TensorInfo;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what a file is. */
@Command(
    name = "inspect",
    header = "Say what a file is.",
    description =
        "Say what a file of this library is and how it came to be. Only its header is read, and its"
            + " bytes for the hash; the engine is not needed.",
    footerHeading = "%nExample:%n",
    footer = "  weit inspect templates.safetensors")
final class InspectCommand implements Callable<Integer> {

  private static final int LONGEST_VALUE = 160;

  @Parameters(paramLabel = "FILE", description = "Templates, scalers or dense weights.")
  private Path file;

  @Override
  public Integer call() {
    ArtefactHeader header = Artefact.inspect(file);
    Map<String, TensorInfo> tensors = tensors();
    long bytes = file.toFile().length();
    System.out.println(file);
    line("kind", header.kind().name().toLowerCase(Locale.ROOT));
    line("family", header.model().family() + " " + new TreeMap<>(header.model().options()));
    line("size", header.model().size());
    header
        .constraint()
        .ifPresent(constraint -> line("constraint", constraint.id() + " " + constraint.options()));
    line("bytes", Quantity.exact(bytes) + " (" + Quantity.bytes(bytes) + ")");
    line("sha256", Hashes.sha256(file));
    System.out.println();
    System.out.print(types(header));
    System.out.println();
    System.out.print(counts(header, tensors));
    System.out.println();
    System.out.println("provenance");
    new TreeMap<>(header.provenance()).forEach((key, value) -> line(key, shortened(value)));
    return 0;
  }

  private Map<String, TensorInfo> tensors() {
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      return reader.tensors();
    }
  }

  private static void line(String key, String value) {
    System.out.printf(Locale.ROOT, "  %-24s %s%n", key, value);
  }

  private static String shortened(String value) {
    String flat = value.replace("\n", ", ");
    return flat.length() <= LONGEST_VALUE ? flat : flat.substring(0, LONGEST_VALUE) + "...";
  }

  /** Axes are written name = template extent x scaler extent. */
  private static TextTable types(ArtefactHeader header) {
    TextTable table = new TextTable("weight type", "N", "axes (template x scaler)", "each weight");
    for (WeightType type : header.types()) {
      String axes = type.axes().stream().map(InspectCommand::axis).collect(Collectors.joining(" "));
      table.row(type.name(), type.terms(), axes, type.denseShape());
    }
    return table;
  }

  private static String axis(Axis axis) {
    return axis.name() + "=" + axis.template() + "x" + axis.scaler();
  }

  private static TextTable counts(ArtefactHeader header, Map<String, TensorInfo> tensors) {
    long templates = elements(tensors, "template/");
    long scalers = elements(tensors, "scaler/");
    long dense = header.types().stream().mapToLong(WeightType::denseParameters).sum();
    TextTable table = new TextTable("parameters", "numbers", "of dense");
    if (header.kind() == ArtefactHeader.Kind.TEMPLATES) {
      table.row("templates", Quantity.exact(templates), percent(templates, dense));
    }
    if (header.kind() != ArtefactHeader.Kind.WEIGHTS) {
      table.row("scalers of this size", Quantity.exact(scalers), percent(scalers, dense));
    }
    return table.row("dense weights of this size", Quantity.exact(dense), percent(dense, dense));
  }

  private static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  private static long elements(Map<String, TensorInfo> tensors, String prefix) {
    return tensors.values().stream()
        .filter(tensor -> tensor.name().startsWith(prefix))
        .mapToLong(TensorInfo::elements)
        .sum();
  }
}
