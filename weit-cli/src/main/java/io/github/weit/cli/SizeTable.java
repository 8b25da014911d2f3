package io.github.weit.cli;

import io.github.weit.core.Constraint;
import io.github.weit.core.Factor;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.models.Cost;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.templates.DrawnRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sizes of a family and what they cost.
 *
 * @param rows by parameters, the largest first
 */
record SizeTable(List<Row> rows) {

  /**
   * One size; {@code scalers} are the numbers that are its own, {@code cost} that of its weights.
   */
  record Row(Size size, Cost cost, long scalers) {}

  /** The most that a size may cost; {@code Long.MAX_VALUE} for no limit. */
  record Budget(long parameters, long macs, long bytes) {

    boolean allows(Cost cost) {
      return cost.parameters() <= parameters && cost.macs() <= macs && cost.bytes() <= bytes;
    }

    boolean isLimited() {
      return Math.min(parameters, Math.min(macs, bytes)) < Long.MAX_VALUE;
    }
  }

  /**
   * What is said of a size beside its cost.
   *
   * @param best whether the largest is marked
   * @param pretrained the templates' full size
   * @param drawn what pre-training drew; outside of it composed models lose
   */
  record Marks(boolean best, Optional<Size> pretrained, Optional<DrawnRange> drawn) {

    private static final String BELOW = "below";
    private static final String DEEPER = "deeper";

    private boolean isBelow(Size size) {
      return drawn.filter(range -> range.isBelow(size)).isPresent();
    }

    private boolean isDeeper(Size size) {
      return drawn.filter(range -> range.isDeeper(size)).isPresent();
    }

    private String of(Size size) {
      if (isBelow(size)) {
        return BELOW;
      }
      if (isDeeper(size)) {
        return DEEPER;
      }
      return pretrained.filter(size::equals).isPresent() ? "pre-trained" : "";
    }

    private Optional<Size> largest(List<Row> rows) {
      return rows.stream().map(Row::size).filter(size -> best && !isBelow(size)).findFirst();
    }

    private String notes(List<Row> rows) {
      Set<String> marks = rows.stream().map(row -> of(row.size())).collect(Collectors.toSet());
      StringBuilder text = new StringBuilder();
      if (marks.contains(BELOW)) {
        text.append(
            "below: narrower or shallower than %s, the least that pre-training drew; what is composed there is poor\n"
                .formatted(drawn.orElseThrow().least()));
      }
      if (marks.contains(DEEPER)) {
        text.append(
            "deeper: than %s layers, the most that pre-training drew; composed it is worse than a shallower one\n"
                .formatted(
                    drawn.orElseThrow().deepest().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining("-"))));
      }
      return text.toString();
    }
  }

  static SizeTable of(Family family, Constraint constraint, IntRange widths, IntRange depths) {
    List<Size> sizes = new ArrayList<>();
    for (int width : widths.multiplesOf(family.widthStep())) {
      for (int depth : depths.multiplesOf(1)) {
        sizes.add(Size.uniform(width, depth, family.stages()));
      }
    }
    if (sizes.isEmpty()) {
      throw new WeitException(
          "no legal width from %d to %d: widths of this family are multiples of %d"
              .formatted(widths.from(), widths.to(), family.widthStep()));
    }
    return of(family, constraint, sizes);
  }

  static SizeTable of(Family family, Constraint constraint, List<Size> sizes) {
    List<Row> rows = new ArrayList<>();
    for (Size size : sizes) {
      family.requireLegal(size);
      rows.add(new Row(size, family.cost(size), scalers(constraint, family.weights(size))));
    }
    Comparator<Row> order = Comparator.comparingLong(row -> row.cost().parameters());
    rows.sort(order.thenComparingLong(row -> row.cost().macs()).reversed());
    return new SizeTable(List.copyOf(rows));
  }

  private static long scalers(Constraint constraint, List<WeightType> types) {
    return types.stream()
        .flatMap(type -> constraint.scalers(type).stream())
        .map(Factor::shape)
        .mapToLong(shape -> shape.size())
        .sum();
  }

  /**
   * The rows within a budget.
   *
   * @throws WeitException if there is none, naming the smallest size
   */
  List<Row> within(Budget budget) {
    List<Row> found = rows.stream().filter(row -> budget.allows(row.cost())).toList();
    if (found.isEmpty()) {
      Row smallest = rows.get(rows.size() - 1);
      throw new WeitException(
          "no size fits the budget: the smallest listed, %s, has %s parameters, %s MACs and %s bytes"
              .formatted(
                  smallest.size(),
                  Quantity.exact(smallest.cost().parameters()),
                  Quantity.exact(smallest.cost().macs()),
                  Quantity.exact(smallest.cost().bytes())));
    }
    return found;
  }

  /**
   * For people: a line per size, the largest first, and, of a step, the most memory that each stage
   * needs.
   */
  static String text(
      Family family,
      List<Row> rows,
      Marks marks,
      Optional<StepTable> steps,
      Optional<PredictionTimes> times,
      int limit) {
    List<String> header =
        new ArrayList<>(List.of("", "size", "parameters", "MACs", "bytes", "scalers", "of dense"));
    times.map(PredictionTimes::heading).ifPresent(header::add);
    steps.ifPresent(table -> header.addAll(table.stages(rows.get(0).size()).keySet()));
    header.add("");
    TextTable table = new TextTable(header.toArray(String[]::new));
    Optional<Size> largest = marks.largest(rows);
    int shown = shown(rows, limit);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      boolean best = largest.filter(row.size()::equals).isPresent();
      if (i >= shown && !best) {
        continue;
      }
      List<Object> cells = new ArrayList<>();
      cells.add(best ? "*" : "");
      cells.addAll(cells(row));
      times.map(known -> known.text(row.size())).ifPresent(cells::add);
      steps.ifPresent(step -> cells.addAll(step.peaks(row.size())));
      cells.add(marks.of(row.size()));
      table.row(cells.toArray());
    }
    String more =
        shown == rows.size()
            ? ""
            : "and %d smaller ones; --limit 0 lists all\n".formatted(rows.size() - shown);
    return family + "\n\n" + table + more + marks.notes(rows.subList(0, shown));
  }

  /** How many rows are in the table. */
  static int shown(List<Row> rows, int limit) {
    return limit < 1 ? rows.size() : Math.min(limit, rows.size());
  }

  private static List<String> cells(Row row) {
    return List.of(
        row.size().toString(),
        Quantity.exact(row.cost().parameters()),
        Quantity.brief(row.cost().macs()),
        Quantity.bytes(row.cost().bytes()),
        Quantity.exact(row.scalers()),
        String.format(Locale.ROOT, "%.1f %%", 100.0 * row.scalers() / row.cost().parameters()));
  }

  /** Exact numbers: a line per size, or per size and stage if steps are asked for. */
  static String csv(
      List<Row> rows, Marks marks, Optional<StepTable> steps, Optional<PredictionTimes> times) {
    String measured = times.map(known -> ",predicted_images,median_ms").orElse("");
    String more = measured + steps.map(table -> "," + StepTable.CSV_HEADER).orElse("");
    StringBuilder text =
        new StringBuilder("size,width,depth,parameters,macs,bytes,scalers,note" + more);
    text.append('\n');
    for (Row row : rows) {
      String predicted =
          times.map(known -> "," + known.images() + "," + known.text(row.size())).orElse("");
      String line = csv(row) + "," + marks.of(row.size()) + predicted;
      text.append(steps.map(table -> table.csv(row.size(), line)).orElse(line + "\n"));
    }
    return text.toString();
  }

  private static String csv(Row row) {
    return String.format(
        Locale.ROOT,
        "%s,%d,%d,%d,%d,%d,%d",
        row.size(),
        row.size().width(),
        row.size().depth(),
        row.cost().parameters(),
        row.cost().macs(),
        row.cost().bytes(),
        row.scalers());
  }
}
