package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.Csv;
import io.github.weit.cli.report.Numbers;
import io.github.weit.cli.report.Statistic;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row for each variant of an ablation, in the file's order: its name, and in per cent accuracies,
 * and which part of a size's numbers are its scalers.
 *
 * @param columns after the name
 */
record VariantTable(List<Column> columns) {

  private static final Pattern COLUMN =
      Pattern.compile("(\\S+) (composed|fitted|scalers)(?: but (\\S+))?");

  private static final String MEAN = "mean";
  private static final String SCALERS = "scalers";

  /**
   * One value, over the pre-trainings that have it.
   *
   * @param size empty for the mean of all sizes
   * @param but the size that is left out of a mean
   */
  record Column(Optional<String> size, String phase, Optional<String> but) {

    static Column parse(String text) {
      Matcher matcher = COLUMN.matcher(text.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "expected 'SIZE PHASE' or 'mean PHASE but SIZE', found '%s'".formatted(text.strip()));
      }
      return new Column(
          Optional.of(matcher.group(1)).filter(size -> !size.equals(MEAN)),
          matcher.group(2),
          Optional.ofNullable(matcher.group(3)));
    }

    private boolean takes(Model model) {
      return model.phase().equals(phase)
          && size.map(model.size()::equals).orElse(true)
          && !but.map(model.size()::equals).orElse(false);
    }
  }

  /** One pre-training: a seed may have been learnt on several machines. */
  private record Learnt(String seed, String templates) {}

  private record Model(String size, String phase) {}

  /** Reads columns with bars between them. */
  static VariantTable parse(String text) {
    return new VariantTable(Arrays.stream(text.split("\\|")).map(Column::parse).toList());
  }

  List<String> rows(Path file) {
    List<String> rows = new ArrayList<>();
    read(file)
        .forEach(
            (variant, learnt) -> {
              List<String> row = new ArrayList<>(List.of(variant));
              columns.forEach(column -> row.add(text(column, learnt)));
              rows.add(Table.row(row));
            });
    return rows;
  }

  private static String text(Column column, Map<Learnt, Map<Model, Double>> all) {
    List<Double> values =
        all.values().stream()
            .map(models -> value(column, models))
            .filter(Objects::nonNull)
            .toList();
    if (values.isEmpty()) {
      return "";
    }
    Statistic statistic = Statistic.of(values);
    String mean = Numbers.percent(statistic.mean());
    return values.size() == 1
        ? mean
        : "%s ± %s (%d)".formatted(mean, Numbers.percent(statistic.deviation()), values.size());
  }

  /** Of one pre-training; null where it has none. */
  private static Double value(Column column, Map<Model, Double> models) {
    List<Double> taken =
        models.entrySet().stream()
            .filter(entry -> column.takes(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return taken.isEmpty() ? null : Statistic.of(taken).mean();
  }

  private static Map<String, Map<Learnt, Map<Model, Double>>> read(Path file) {
    List<Csv.Line> lines;
    try {
      lines = Csv.parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new WeitException("cannot read %s: %s".formatted(file, e), e);
    }
    List<String> header = lines.get(0).fields();
    Map<String, Map<Learnt, Map<Model, Double>>> read = new LinkedHashMap<>();
    for (Csv.Line line : lines.subList(1, lines.size())) {
      List<String> fields = line.fields();
      Map<Model, Double> models =
          read.computeIfAbsent(field(header, fields, "variant"), key -> new LinkedHashMap<>())
              .computeIfAbsent(
                  new Learnt(field(header, fields, "seed"), field(header, fields, "learnt")),
                  key -> new LinkedHashMap<>());
      String size = field(header, fields, "size");
      models.put(
          new Model(size, field(header, fields, "phase")),
          Double.valueOf(field(header, fields, "accuracy")));
      models.put(
          new Model(size, SCALERS),
          Double.parseDouble(field(header, fields, SCALERS))
              / Double.parseDouble(field(header, fields, "parameters")));
    }
    return read;
  }

  private static String field(List<String> header, List<String> fields, String name) {
    int at = header.indexOf(name);
    if (at < 0 || at >= fields.size()) {
      throw new IllegalArgumentException("no column '%s'; expected an ablation's".formatted(name));
    }
    return fields.get(at);
  }
}
