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
import java.util.stream.Collectors;

/** A safetensors file, one of this library's or any other. */
record InspectArrays(Path file) implements Inspection {

  @Override
  public void print() {
    Map<String, TensorInfo> tensors;
    Map<String, String> metadata;
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      reader.requireValues();
      tensors = reader.tensors();
      metadata = reader.metadata();
    }
    if (metadata.keySet().stream().anyMatch(key -> key.startsWith("weit."))) {
      artefact(tensors);
    } else {
      plain(metadata, tensors);
    }
  }

  private void artefact(Map<String, TensorInfo> tensors) {
    ArtefactHeader header = Artefact.inspect(file);
    ModelHeader.of(file, header);
    Artefact.check(file);
    System.out.println(file);
    Facts.print("kind", header.kind().name().toLowerCase(Locale.ROOT));
    Facts.print("family", header.model().family() + " " + new TreeMap<>(header.model().options()));
    Facts.print("size", header.model().size());
    header
        .constraint()
        .ifPresent(
            constraint -> Facts.print("constraint", constraint.id() + " " + constraint.options()));
    bytes();
    System.out.println();
    System.out.print(types(header));
    System.out.println();
    System.out.print(counts(header, tensors));
    System.out.println();
    System.out.println("provenance");
    new TreeMap<>(header.provenance()).forEach(Facts::print);
  }

  private void plain(Map<String, String> metadata, Map<String, TensorInfo> tensors) {
    System.out.println(file);
    Facts.print("kind", "safetensors, not of this library");
    Facts.print("tensors", Quantity.exact(tensors.size()));
    long numbers = tensors.values().stream().mapToLong(TensorInfo::elements).sum();
    Facts.print("numbers", Quantity.exact(numbers));
    bytes();
    System.out.println();
    TextTable table = new TextTable("tensor", "type", "shape");
    for (TensorInfo tensor : tensors.values()) {
      table.row(OneLine.of(tensor.name()), tensor.dtype(), tensor.shape());
    }
    System.out.print(table);
    if (!metadata.isEmpty()) {
      System.out.println();
      System.out.println("metadata");
      new TreeMap<>(metadata).forEach(Facts::print);
    }
  }

  private void bytes() {
    long bytes = file.toFile().length();
    Facts.print("bytes", Quantity.exact(bytes) + " (" + Quantity.bytes(bytes) + ")");
    Facts.print("sha256", Hashes.sha256(file));
  }

  /** Axes are written name = template extent x scaler extent. */
  private static TextTable types(ArtefactHeader header) {
    TextTable table = new TextTable("weight type", "N", "axes (template x scaler)", "each weight");
    for (WeightType type : header.types()) {
      String axes = type.axes().stream().map(InspectArrays::axis).collect(Collectors.joining(" "));
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
