package io.github.weit.cli;

import io.github.weit.core.Constraint;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.StepCost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a step of each stage costs at a size. */
record StepTable(Family family, Constraint constraint, StepCost.Step step) {

  static final String CSV_HEADER =
      "stage,batch,trained,step_macs,composition_macs,weights_bytes,gradient_bytes,optimiser_bytes,"
          + "average_bytes,input_bytes,composed_bytes,saved_bytes,idle_bytes,backward_bytes,peak_bytes";

  /** By the name of the command that makes such steps. */
  Map<String, StepCost> stages(Size size) {
    Map<String, StepCost> stages = new LinkedHashMap<>();
    stages.put("train", StepCost.dense(family, size, step));
    stages.put("pretrain", StepCost.pretraining(family, size, constraint, step));
    stages.put("fit", StepCost.fit(family, size, constraint, step));
    return stages;
  }

  /** The most memory that each stage needs, for people. */
  List<String> peaks(Size size) {
    return stages(size).values().stream().map(cost -> Quantity.bytes(cost.bytes().peak())).toList();
  }

  /** For people: a column per stage. */
  String text(Size size) {
    Map<String, StepCost> stages = stages(size);
    List<String> header = new ArrayList<>(List.of(""));
    header.addAll(stages.keySet());
    Lines lines = new Lines(stages, new TextTable(header.toArray(String[]::new)));
    lines.numbers("numbers trained", StepCost::trained);
    lines.add("MACs", cost -> Quantity.brief(cost.macs().total()));
    lines.add("  composing, to the network's", StepTable::share);
    lines.bytes("memory at its peak", StepCost.Bytes::peak);
    lines.bytes("  weights, or templates and scalers", StepCost.Bytes::weights);
    lines.bytes("  gradients", StepCost.Bytes::gradients);
    lines.bytes("  optimiser", StepCost.Bytes::optimiser);
    lines.bytes("  running average", StepCost.Bytes::average);
    lines.bytes("  images and targets", StepCost.Bytes::input);
    lines.bytes("  composed weights", StepCost.Bytes::composed);
    lines.bytes("  activations for the backward pass", StepCost.Bytes::saved);
    lines.bytes("  activations until the step ends", StepCost.Bytes::idle);
    lines.bytes("  backward pass", StepCost.Bytes::backward);
    return "A step of %s at %s\n\n%s"
        .formatted(step.images() == 1 ? "1 image" : step.images() + " images", size, lines.table());
  }

  private static String share(StepCost cost) {
    return cost.macs().composition() == 0
        ? ""
        : String.format(Locale.ROOT, "%.1f %%", 100 * cost.macs().compositionShare());
  }

  /** A line for each stage, each begun by what the size alone costs. */
  String csv(Size size, String ofSize) {
    return stages(size).entrySet().stream()
        .map(stage -> ofSize + "," + stage.getKey() + "," + csv(stage.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  private String csv(StepCost cost) {
    StepCost.Macs macs = cost.macs();
    StepCost.Bytes bytes = cost.bytes();
    return List.of(
            (long) step.images(),
            cost.trained(),
            macs.total(),
            macs.composition() + macs.compositionBackward(),
            bytes.weights(),
            bytes.gradients(),
            bytes.optimiser(),
            bytes.average(),
            bytes.input(),
            bytes.composed(),
            bytes.saved(),
            bytes.idle(),
            bytes.backward(),
            bytes.peak())
        .stream()
        .map(String::valueOf)
        .collect(Collectors.joining(","));
  }

  /** Rows of a table, each the same of every stage. */
  private record Lines(Map<String, StepCost> stages, TextTable table) {

    void add(String name, Function<StepCost, String> of) {
      List<String> cells = new ArrayList<>(List.of(name));
      stages.values().forEach(cost -> cells.add(of.apply(cost)));
      table.row(cells.toArray());
    }

    void numbers(String name, Function<StepCost, Long> of) {
      add(name, cost -> Quantity.exact(of.apply(cost)));
    }

    /** Nothing where there is nothing of the kind, and no row where no stage has any. */
    void bytes(String name, Function<StepCost.Bytes, Long> of) {
      if (stages.values().stream().anyMatch(cost -> of.apply(cost.bytes()) > 0)) {
        add(
            name,
            cost -> {
              long bytes = of.apply(cost.bytes());
              return bytes == 0 ? "" : Quantity.bytes(bytes);
            });
      }
    }
  }
}
