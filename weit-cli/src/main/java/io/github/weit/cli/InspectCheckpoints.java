package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.core.checkpoint.Checkpoint;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.checkpoint.CheckpointStore.Examined;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/** A run's folder of checkpoints, or one of them. */
record InspectCheckpoints(Path folder) implements Inspection {

  @Override
  public void print() {
    List<Examined> all =
        CheckpointStore.isStep(folder)
            ? List.of(CheckpointStore.examine(folder))
            : new CheckpointStore(folder, 1).examine();
    List<Examined> bad = all.stream().filter(each -> each.checkpoint().isEmpty()).toList();
    System.out.println(folder);
    TextTable table = new TextTable("checkpoint, newest first", "step", "state");
    for (Examined each : all) {
      String name = OneLine.of(each.folder().getFileName().toString());
      String state = each.checkpoint().isPresent() ? "whole" : OneLine.of(each.problem());
      String step = each.checkpoint().map(Checkpoint::step).map(String::valueOf).orElse("");
      table.row(name, step, state);
    }
    System.out.print(table);
    all.stream()
        .flatMap(each -> each.checkpoint().stream())
        .findFirst()
        .ifPresent(InspectCheckpoints::facts);
    if (!bad.isEmpty()) {
      throw new WeitException(
          "%d of %d checkpoints cannot be used: %s"
              .formatted(bad.size(), all.size(), bad.get(0).problem()));
    }
  }

  private static void facts(Checkpoint newest) {
    System.out.println();
    System.out.println("the run, as of step " + newest.step());
    new TreeMap<>(newest.facts()).forEach(Facts::print);
  }
}
