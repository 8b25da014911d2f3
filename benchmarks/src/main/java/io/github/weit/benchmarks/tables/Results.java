package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.Measurement;
import io.github.weit.cli.report.MeasurementCsv;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** The rows of a comparison, to be looked up by method, size and moment. */
final class Results {

  private record Key(String method, String size, Moment moment) {}

  private final List<Measurement> rows;
  private final Map<Key, List<BigDecimal>> accuracies = new LinkedHashMap<>();

  private Results(List<Measurement> rows) {
    this.rows = rows;
    for (Measurement row : rows) {
      accuracies
          .computeIfAbsent(
              new Key(row.method(), row.size(), Moment.of(row)), key -> new ArrayList<>())
          .add(BigDecimal.valueOf(row.accuracy()));
    }
  }

  static Results read(Path file) {
    return new Results(MeasurementCsv.read(file));
  }

  /** From the smallest to the largest. */
  List<String> sizes() {
    return rows.stream()
        .sorted(Comparator.comparingLong(Measurement::parameters))
        .map(Measurement::size)
        .distinct()
        .toList();
  }

  /** The mean over seeds, a fraction; empty if nothing was measured. */
  Optional<BigDecimal> accuracy(String method, String size, Moment moment) {
    return seeds(method, size, moment).map(Results::mean);
  }

  /** What the seeds have, fractions; at least one. */
  Optional<List<BigDecimal>> seeds(String method, String size, Moment moment) {
    return moment
        .candidates()
        .map(candidate -> accuracies.get(new Key(method, size, candidate)))
        .filter(found -> found != null)
        .findFirst();
  }

  OptionalLong parameters(String size) {
    return first(Optional.empty(), size, Measurement::parameters);
  }

  /** Numbers that a method fits for a size. */
  OptionalLong fitted(String method, String size) {
    return first(Optional.of(method), size, Measurement::scalerParameters);
  }

  private OptionalLong first(
      Optional<String> method, String size, ToLongFunction<Measurement> value) {
    return rows.stream()
        .filter(row -> row.size().equals(size))
        .filter(row -> method.isEmpty() || row.method().equals(method.get()))
        .mapToLong(value)
        .findFirst();
  }

  /** Of at least one number. */
  static BigDecimal mean(List<BigDecimal> values) {
    return values.stream()
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .divide(BigDecimal.valueOf(values.size()), MathContext.DECIMAL64);
  }
}
